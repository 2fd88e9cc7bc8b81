import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { MOST_RECORD_BYTES } from "../../../infra/runs/bounded";

/** Where the last whole line ends. One without a line end was torn when its writer died. Nothing was done that relies on it. */
export const endOfLines = (text: string): number => text.lastIndexOf("\n") + 1;

/** The whole lines of a journal, without empty ones. */
export const wholeLines = (text: string): readonly string[] =>
  text
    .slice(0, endOfLines(text))
    .split("\n")
    .filter((line) => line !== "");

/** Like "a+", and refuses a link: in a shared folder it could lead into any file of whoever writes. */
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

/** Adds a line and waits until it is on the disk. A torn line of a writer that died is taken off first. */
export async function appendLine(file: string, line: string, mode: number): Promise<void> {
  const handle = await open(file, APPEND, mode);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new Error(`${file} is not a plain file`);
    const whole = await endOfWhole(handle, found.size);
    if (whole < found.size) await handle.truncate(whole);
    await handle.appendFile(`${line}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Where the last whole line of a file ends. */
async function endOfWhole(handle: FileHandle, size: number): Promise<number> {
  const length = Math.min(size, MOST_RECORD_BYTES);
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
  const end = buffer.lastIndexOf("\n") + 1;
  if (end === 0 && length < size) throw new Error(`the journal ends in more than ${length} bytes that are no line`);
  return size - length + end;
}
