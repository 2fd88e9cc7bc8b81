/** How much of a run store is read, whoever wrote it: by the stack program and by the orchestrator. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** Of a record: a lease, a build, a run, an entry of a journal. What is written is a few kilobytes. */
export const MOST_RECORD_BYTES = 1024 * 1024;

/** Like "r", and refuses a link. A pipe in the file's place does not keep the reader waiting. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Returns the text of a file. Undefined: it does not exist. Throws if it is no plain file or has more than `maxBytes`: nothing that
 * a run writes is, and what anyone else put there must not fill the memory or lead elsewhere.
 */
export async function boundedFile(file: string, maxBytes: number): Promise<string | undefined> {
  const handle = await open(file, READ).catch(missing);
  if (!handle) return undefined;
  try {
    if (!(await handle.stat()).isFile()) throw new Error("it is not a plain file");
    // The stream ends the reading, whatever the file's size says and however it grows meanwhile.
    return await boundedText(handle.createReadStream({ autoClose: false, end: maxBytes }), maxBytes);
  } finally {
    await handle.close();
  }
}

/** Returns the text of a stream. Throws a `RangeError` at the first byte over the limit. */
export async function boundedText(stream: AsyncIterable<unknown>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const read = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as Uint8Array);
    bytes += read.length;
    if (bytes > maxBytes) throw new RangeError(`it has more than ${maxBytes} bytes`);
    chunks.push(read);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function missing(thrown: unknown): undefined {
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === "ENOENT") return undefined;
  throw code === "ELOOP" ? new Error("it is a link") : thrown;
}
