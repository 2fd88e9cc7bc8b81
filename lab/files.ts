import { rename, writeFile } from "node:fs/promises";

/** Writes a file whole or not at all: a reader sees the old text or the new one. */
export async function writeWhole(file: string, text: string, mode = 0o644): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, text, { mode });
  await rename(temporary, file);
}
