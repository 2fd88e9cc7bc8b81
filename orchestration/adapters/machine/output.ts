/** The streams of a command, whose reader may be slow, or gone. */

/**
 * Makes a reader that closes its end (`| head -1`) nothing to fail for: what is written later goes nowhere. `gone` is called once,
 * when the first write finds nobody.
 */
export function outliveReader(stream: NodeJS.WriteStream, gone: () => void = () => undefined): void {
  let isGone = false;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
    if (!isGone) gone();
    isGone = true;
  });
}

/** Resolves when the reader of the stream has been handed all that was written to it, or is gone. */
export const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.write("", () => resolve());
  });
