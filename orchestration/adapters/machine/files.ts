import { randomUUID } from "node:crypto";
import { access, chmod, constants, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";

/**
 * Joins names to a path below `root`. Every path that contains a name from outside (an object's key, a run id, a stack's name)
 * is made here, so that no such name can leave its folder. Throws if one would.
 */
export function below(root: string, ...names: readonly string[]): string {
  const base = resolve(root);
  const path = resolve(base, ...names.map((name) => `.${sep}${name}`));
  const inside = base.endsWith(sep) ? base : `${base}${sep}`;
  if (!path.startsWith(inside) || names.some((name) => name.includes("\0")))
    throw new Error(`${JSON.stringify(names.join(sep))} does not lie below ${base}`);
  return path;
}

/** Returns whether this error means that the file or folder does not exist. */
export const isMissing = (thrown: unknown): boolean =>
  typeof thrown === "object" && thrown !== null && "code" in thrown && thrown.code === "ENOENT";

/** Returns the file's text. Undefined: the file does not exist. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw thrown;
  }
}

/** Modes of what is written into a folder. */
export interface Modes {
  readonly file: number;
  readonly folder: number;
}

/** For the owner alone, and for the group too where the folder is one that a group shares: where its group may write to it. */
export async function privateModes(folder: string): Promise<Modes> {
  const { mode } = await stat(folder);
  const isShared = (mode & 0o020) !== 0;
  return isShared ? { file: 0o660, folder: 0o770 } : { file: 0o600, folder: 0o700 };
}

/**
 * Throws what `replaceFile` would throw, as far as that can be seen without replacing the file; and for one that its owner has made
 * read-only, which could be replaced all the same. A draft is written and removed.
 */
export async function requireReplaceable(file: string): Promise<void> {
  // Of an immutable file this fails for root too.
  await access(file, constants.W_OK);
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(draft, "", { flag: "wx", mode: 0o600 });
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Replaces the content of a file atomically: a reader, or a crash at any time, finds the old content or the new one. It is on
 * disk when this resolves. The mode of an existing file is kept; `fresh` is the mode of a new one.
 */
export async function replaceFile(file: string, content: string, fresh?: number): Promise<void> {
  const mode = await stat(file).then(
    (found) => found.mode,
    () => fresh,
  );
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, "wx", fresh);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (mode !== undefined) await chmod(draft, mode);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  const folder = await open(dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
