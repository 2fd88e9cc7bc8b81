import { chmod, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { RepaveError } from "../../domain/errors";
import type { SavedPlan } from "../../domain/start/savedPlan";
import { isPlan, MOST_BYTES, parsePlan, writtenPlan } from "../reporters/schema/savedPlan";
import { isMissing, replaceFile } from "./files";

const invalid = (file: string, why: string): RepaveError => new RepaveError("PLAN_FILE_INVALID", `${file}: ${why}`);

/** Reads a plan that `plan --out` wrote. Throws `PLAN_FILE_INVALID`. */
export async function readPlan(file: string): Promise<SavedPlan> {
  const text = await textOf(file);
  if (text === undefined) throw invalid(file, "there is no such file");
  try {
    return parsePlan(text);
  } catch (thrown) {
    throw invalid(file, (thrown as Error).message);
  }
}

/** Throws `PLAN_FILE_INVALID` where no plan can be written, or where that would overwrite a file that is none. */
export async function requireWritable(file: string): Promise<void> {
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (folder?.isDirectory() !== true) throw invalid(file, "there is no such folder");
  const text = await textOf(file);
  if (text !== undefined && text !== "" && !isPlan(text))
    throw invalid(file, "it exists and is not a plan. Name another file, or remove this one");
}

/** Writes a plan whole, for its owner alone (0600). Throws `PLAN_FILE_INVALID`. */
export async function writePlan(file: string, saved: SavedPlan): Promise<void> {
  try {
    // The mode of an existing file is kept.
    await chmod(file, 0o600).catch(() => undefined);
    await replaceFile(file, writtenPlan(saved), 0o600);
  } catch (thrown) {
    throw invalid(file, `it cannot be written: ${(thrown as Error).message}`);
  }
}

/** At most so much of a file as a plan may have. Undefined: there is no such file. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    // Before it is opened: a pipe would wait for whoever writes into it.
    const found = await stat(file);
    if (!found.isFile()) throw invalid(file, "it is not a file");
    if (found.size > MOST_BYTES) throw invalid(file, "it is not a plan: no plan is as large");
    return await readFile(file, "utf8");
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw thrown instanceof RepaveError ? thrown : invalid(file, `it cannot be read: ${(thrown as Error).message}`);
  }
}
