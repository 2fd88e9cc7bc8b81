import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { traced } from "./trace";

export interface FollowOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Called with each whole line of standard output. */
  readonly line: (text: string) => void;
  /** Sends SIGTERM once, to the process alone and not to what it started; it is waited for all the same. */
  readonly signal: AbortSignal;
}

/** How a process that was followed ended. */
export interface Followed {
  readonly exitCode: number | undefined;
  /** The signal that ended it. */
  readonly endedBy: string | undefined;
  /** The end of what it said on standard error. */
  readonly lastWords: string;
}

const LAST_WORDS = 2_000;

/**
 * Runs a program to its end and passes on what it prints, line by line. It has a process group of its own and is never killed: one that
 * outlives this process goes on. Throws if there is no such program.
 */
export const followProcess = (argv: readonly string[], options: FollowOptions): Promise<Followed> =>
  traced(
    () => argv.join(" "),
    () => follow(argv, options),
    ({ exitCode }) => `exit ${exitCode ?? "by a signal"}`,
  );

async function follow([program = "", ...words]: readonly string[], options: FollowOptions): Promise<Followed> {
  const { env, line, signal } = options;
  const child = spawn(program, words, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let lastWords = "";
  child.stderr.on("data", (chunk: Buffer) => (lastWords = (lastWords + chunk.toString()).slice(-LAST_WORDS)));
  const lines = createInterface({ input: child.stdout }).on("line", line);
  const read = once(lines, "close");
  const stop = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    const [exitCode, endedBy] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    await read;
    return { exitCode: exitCode ?? undefined, endedBy: endedBy ?? undefined, lastWords };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
