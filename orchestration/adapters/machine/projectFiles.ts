import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { RepaveError } from "../../domain/errors";
import { below, readIfThere, replaceFile } from "./files";

/** Writes a file of the project that is not there yet. Resolves to whether it was written; an existing one is left as it is. */
export async function writeMissing(root: string, path: string, text: string): Promise<boolean> {
  const target = below(root, path);
  try {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text, { flag: "wx" });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new RepaveError("PROJECT_UNWRITABLE", `${target}: ${(thrown as Error).message}`, { cause: thrown });
  }
}

/** The text of a file of the project. Undefined: there is none. */
export const readProjectFile = (root: string, path: string): Promise<string | undefined> =>
  readIfThere(below(root, path));

/** Replaces a file of the project whole. Throws `PROJECT_UNWRITABLE`. */
export async function replaceProjectFile(root: string, path: string, text: string): Promise<void> {
  const target = below(root, path);
  try {
    await replaceFile(target, text);
  } catch (thrown) {
    throw new RepaveError("PROJECT_UNWRITABLE", `${target}: ${(thrown as Error).message}`, { cause: thrown });
  }
}
