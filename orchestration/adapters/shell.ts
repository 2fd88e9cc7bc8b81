import { $, type ProcessPromise, which } from "zx";
import type { Clock } from "../ports/clock";

export interface ProcessOptions {
  readonly clock: Clock;
  /** Milliseconds of the Clock. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ProcessResult {
  /** Undefined: ended by a signal. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Real milliseconds between asking a process to end and ending it. */
const KILL_AFTER_MS = 2_000;

const run = $({ quiet: true, nothrow: true, detached: true, stdio: ["ignore", "pipe", "pipe"] });

/**
 * Runs a program of this machine to its end, words as given. On timeout the whole process group is ended and the result is
 * `timeout`; on abort too, and the signal's reason is thrown. Throws if there is no such program on PATH.
 */
export async function runProcess(
  argv: readonly string[],
  { clock, timeoutMs, signal }: ProcessOptions,
): Promise<ProcessResult | "timeout"> {
  signal?.throwIfAborted();
  await which(argv[0] ?? "");
  const done = new AbortController();
  const child = run`${argv}`;
  const ended = resultOf(child);
  const waiting = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
  try {
    const first = await Promise.race([ended, clock.sleep(timeoutMs, waiting).then(() => "timeout" as const)]);
    if (first === "timeout") await end(child.pid, ended);
    return first;
  } catch (thrown) {
    await end(child.pid, ended);
    throw thrown;
  } finally {
    done.abort();
  }
}

async function resultOf(child: ProcessPromise): Promise<ProcessResult> {
  const { exitCode, stdout, stderr } = await child;
  return { exitCode: exitCode ?? undefined, stdout, stderr };
}

/** Asks the process group to end, and makes it end where it does not; resolves when it has. */
async function end(pid: number | undefined, ended: Promise<unknown>): Promise<void> {
  signalGroup(pid, "SIGTERM");
  const force = setTimeout(() => {
    signalGroup(pid, "SIGKILL");
  }, KILL_AFTER_MS);
  await ended.catch(() => undefined);
  clearTimeout(force);
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // It is gone already.
  }
}
