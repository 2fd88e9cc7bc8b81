/** Looks for the lab's secrets where none may be: on the disk, and in the arguments and environments of processes. */
import { readdir, readFile } from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Secret settings of every lab. */
export const SECRETS = ["lab-encryption-password", "lab-database-password", "lab-redis-password"] as const;

const found = (text: string): readonly string[] => SECRETS.filter((secret) => text.includes(secret));

/** What the lab itself writes down, its region; and the compiler's cache of the lab's own source. */
const LABS_OWN = /(?:^|\/)(?:region\.json$|tsx-\d+\/)/;

/** `file: secret` for every file below the folders that holds one. */
export async function secretsInFiles(folders: readonly string[]): Promise<readonly string[]> {
  const all = await Promise.all(folders.map((folder) => filesBelow(folder)));
  const hits = all.flat().map(async (file) => found(await textOf(file)).map((secret) => `${file}: ${secret}`));
  return (await Promise.all(hits)).flat();
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !LABS_OWN.test(file));
}

async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file);
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("latin1");
}

/** Reads arguments and environment of every process until it is told to stop; answers what it found. */
export function watchProcesses(): { stop(): readonly string[] } {
  const hits = new Set<string>();
  const timer = setInterval(() => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
      for (const what of ["cmdline", "environ"])
        for (const secret of found(procText(pid, what))) hits.add(`${what} of a process: ${secret}`);
  }, 150);
  return {
    stop() {
      clearInterval(timer);
      return [...hits];
    },
  };
}

/** A process may be gone by now, or somebody else's. */
function procText(pid: string, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "latin1");
  } catch {
    return "";
  }
}
