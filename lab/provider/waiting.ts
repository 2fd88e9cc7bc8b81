import { setTimeout as pause } from "node:timers/promises";
import type { RegionApi } from "../region/api";

/** Real time between two looks at the region. */
const LOOK_EVERY_MS = 50;

/**
 * Waits, in the lab's time, until `pending` gives no more reason to. Throws with the last reason when the time is over, and with the
 * signal's reason when it aborts.
 */
export async function waitInRegion(
  region: RegionApi,
  now: () => number,
  signal: AbortSignal,
  pending: () => string | undefined,
  timeoutMs: number,
): Promise<void> {
  const deadline = now() + timeoutMs;
  for (;;) {
    region.advance(now());
    const reason = pending();
    if (reason === undefined) return;
    if (now() >= deadline) throw new Error(`timeout while waiting (after ${timeoutMs / 1000}s): ${reason}`);
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
