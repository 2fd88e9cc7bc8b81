import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { isAlive } from "./process";

export interface WorkFolderOptions {
  /** Real milliseconds for which a folder stays after its process has ended. Default 0. */
  readonly keptMs?: number;
}

/** The folder's name says whose it is: a shared folder may hold those of other machines. */
const machine = (): string => hostname().replace(/[^\w.]/g, "_");

/**
 * Creates a folder for this process below `parent`, which only its owner can read. Its user removes it. Folders of the same name that
 * processes of this machine left behind when they were killed are removed first.
 */
export async function workFolder(
  parent: string,
  name: string,
  { keptMs = 0 }: WorkFolderOptions = {},
): Promise<string> {
  const prefix = `${name}-${machine()}-`;
  for (const entry of await readdir(parent, { withFileTypes: true }).catch(() => [])) {
    const owner =
      entry.isDirectory() && entry.name.startsWith(prefix) ? /^(\d+)-/.exec(entry.name.slice(prefix.length)) : null;
    if (owner?.[1] === undefined || isAlive(Number(owner[1]))) continue;
    await removeOlder(join(parent, entry.name), keptMs);
  }
  return mkdtemp(join(parent, `${prefix}${process.pid}-`));
}

/** What cannot be removed is another user's, or being removed by another process. */
async function removeOlder(folder: string, keptMs: number): Promise<void> {
  try {
    if (Date.now() - (await stat(folder)).mtimeMs >= keptMs) await rm(folder, { recursive: true, force: true });
  } catch {
    // It is none of ours.
  }
}
