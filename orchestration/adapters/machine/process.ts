import type { ProcessPromise } from "zx";
import type * as zx from "zx";
import type { Clock } from "../../ports/clock";
import { lazily } from "./lazy";
import { traced } from "./trace";

export interface ProcessOptions {
  /** Time limit in milliseconds of the Clock. Default: none. */
  readonly timeout?: { readonly clock: Clock; readonly ms: number };
  /** Bound on what it may print, on both streams together. Default 64 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
  /** Real milliseconds that a process which is to end has for it, before it is killed. Default 2,000. */
  readonly graceMs?: number;
  readonly cwd?: string;
  /** The whole environment. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface ProcessResult {
  /** Undefined: ended by a signal. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process printed more than allowed, and was ended. */
export class OutputTooLong extends Error {
  constructor(maxBytes: number) {
    super(`it printed more than ${maxBytes} bytes`);
  }
}

const MOST_BYTES = 64 * 1024 ** 2;

const GRACE_MS = 2_000;

/** A process group of its own: Ctrl-C on the terminal ends what this process decides to end, and nothing half-way. */
const runner = ({ $ }: typeof zx): typeof zx.$ =>
  $({ quiet: true, nothrow: true, detached: true, stdio: ["ignore", "pipe", "pipe"] });

/**
 * Runs a program of this machine to its end, with its words as given. On timeout the whole process group is ended and the result
 * is `timeout`. On abort it is ended as well, and the signal's reason is thrown. On too much output `OutputTooLong` is thrown.
 * Throws if there is no such program on PATH.
 */
export const runProcess = (argv: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult | "timeout"> =>
  traced(
    () => argv.join(" "),
    () => runToEnd(argv, options),
    (result) => (result === "timeout" ? result : `exit ${result.exitCode ?? "by a signal"}`),
  );

async function runToEnd(
  argv: readonly string[],
  { timeout, maxBytes = MOST_BYTES, signal, graceMs = GRACE_MS, cwd, env }: ProcessOptions = {},
): Promise<ProcessResult | "timeout"> {
  signal?.throwIfAborted();
  const loaded = lazily("zx") as typeof zx;
  await loaded.which(argv[0] ?? "");
  const child = runner(loaded)({
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  })`${argv}`;
  const ended = resultOf(child);
  const done = new AbortController();
  const waiting = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
  try {
    const first = await Promise.race([ended, patience(timeout, waiting), tooLong(child, maxBytes)]);
    if (first === "timeout") await end(child.pid, ended, graceMs);
    return first;
  } catch (thrown) {
    await end(child.pid, ended, graceMs);
    throw thrown;
  } finally {
    done.abort();
  }
}

/** Resolves when the time is up; rejects with the signal's reason when it aborts. */
async function patience(timeout: ProcessOptions["timeout"], signal: AbortSignal): Promise<"timeout"> {
  if (timeout) {
    await timeout.clock.sleep(timeout.ms, signal);
    return "timeout";
  }
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });
}

/** Rejects when the process has printed more than it may; never resolves. */
const tooLong = (child: ProcessPromise, maxBytes: number): Promise<never> =>
  new Promise((_resolve, reject) => {
    let seen = 0;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        seen += chunk.length;
        if (seen > maxBytes) reject(new OutputTooLong(maxBytes));
      });
    }
  });

async function resultOf(child: ProcessPromise): Promise<ProcessResult> {
  const { exitCode, stdout, stderr } = await child;
  return { exitCode: exitCode ?? undefined, stdout, stderr };
}

/** Asks the process group to end, then forces it to. Resolves when it has ended. */
async function end(pid: number | undefined, ended: Promise<unknown>, graceMs: number): Promise<void> {
  signalGroup(pid, "SIGTERM");
  const force = setTimeout(() => {
    signalGroup(pid, "SIGKILL");
  }, graceMs);
  await ended.catch(() => undefined);
  clearTimeout(force);
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // It has already ended.
  }
}

/** Whether a process of this machine runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
