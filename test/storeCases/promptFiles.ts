import * as fs from "node:fs";
import promises from "node:fs/promises";

/**
 * Lets every promise of `node:fs/promises` that a run store uses be kept at once, by the call that waits. The files are the same: names,
 * modes, links and errors are those of the system. What is saved is the way to another thread and back, of each of the hundred calls of
 * a case, and the wait for a disk at the end of each write, which only a loss of power could tell.
 */
export function makeFilesPrompt(): void {
  const prompt =
    <A extends unknown[], R>(act: (...args: A) => R) =>
    (...args: A): Promise<R> =>
      new Promise((resolve) => resolve(act(...args)));
  Object.assign(promises, {
    access: prompt(fs.accessSync),
    chmod: prompt(fs.chmodSync),
    lstat: prompt(fs.lstatSync),
    mkdir: prompt(fs.mkdirSync),
    readFile: prompt(fs.readFileSync),
    readdir: prompt(fs.readdirSync),
    rename: prompt(fs.renameSync),
    rm: prompt(fs.rmSync),
    stat: prompt(fs.statSync),
    writeFile: prompt(fs.writeFileSync),
    open: prompt((...args: Parameters<typeof fs.openSync>) => handleOf(fs.openSync(...args))),
  });

  /** The methods of a FileHandle that are used; another one is a TypeError. */
  function handleOf(fd: number): object {
    return {
      appendFile: prompt((data: string) => fs.appendFileSync(fd, data)),
      close: prompt(() => fs.closeSync(fd)),
      createReadStream: ({ end }: { readonly end: number }) => [fs.readFileSync(fd).subarray(0, end + 1)],
      read: prompt((buffer: Buffer, offset: number, length: number, position: number | null) => ({
        bytesRead: fs.readSync(fd, buffer, offset, length, position),
        buffer,
      })),
      stat: prompt(() => fs.fstatSync(fd)),
      sync: prompt(() => undefined),
      truncate: prompt((length: number) => fs.ftruncateSync(fd, length)),
      writeFile: prompt((data: string | Uint8Array) => fs.writeFileSync(fd, data)),
    };
  }
}
