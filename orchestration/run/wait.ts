import { RepaveError, type ErrorCode } from "../domain/errors";
import type { Clock } from "../ports/clock";

export interface Waiting {
  readonly pollMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The error to throw when the time limit is reached. */
  late(): Error;
  /**
   * How long checks may fail in a row because a node does not answer, before the failure is thrown. A failed check proves
   * nothing. Default 0: the first failure is thrown.
   */
  readonly blindMs?: number;
  /** Called for each failed check. */
  blind?(error: RepaveError): void;
}

/** A node that does not answer now may answer in a moment: a restarting agent, a dropped packet. */
const PASSING: readonly ErrorCode[] = [
  "NODE_UNREACHABLE",
  "NODE_COMMAND_TIMEOUT",
  "NODE_ANSWER_UNREADABLE",
  "TFE_API_UNAVAILABLE",
];

/** Returns whether the failure may pass by itself. */
export const mayPass = (error: unknown): error is RepaveError =>
  error instanceof RepaveError && PASSING.includes(error.code);

/**
 * Calls `look` until it returns a value, with pauses in between; at least once, however short the time limit. Deadlines use the
 * monotonic clock: a jump of the wall clock or a sleeping laptop changes nothing.
 */
export async function waitFor<T>(clock: Clock, waiting: Waiting, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = clock.monotonic() + waiting.timeoutMs;
  let seeing = clock.monotonic();
  for (;;) {
    waiting.signal.throwIfAborted();
    try {
      const found = await look();
      if (found !== undefined) return found;
      seeing = clock.monotonic();
    } catch (error) {
      if (!mayPass(error) || clock.monotonic() - seeing >= (waiting.blindMs ?? 0)) throw error;
      waiting.blind?.(error);
    }
    if (clock.monotonic() >= deadline) throw waiting.late();
    await clock.sleep(waiting.pollMs, waiting.signal);
  }
}
