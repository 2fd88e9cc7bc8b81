import { setTimeout as delay } from "node:timers/promises";
import { type ClockScale, clockScaleOf, timeOn } from "../../../infra/runs/clockScale";
import type { Clock } from "../../ports/clock";

/** Returns the machine's clock, or the scaled one described by `TFE_REPAVE_CLOCK`. Throws if the description is not valid. */
export const systemClock = (env: NodeJS.ProcessEnv = process.env): Clock => scaledClock(clockScaleOf(env));

/** Creates a clock on this scale. Processes that share the scale read the same time. */
export function scaledClock(scale: ClockScale): Clock {
  return {
    now: () => timeOn(scale),
    monotonic: () => performance.now() * scale.speed,
    sleep: (ms, signal) => sleep(ms / scale.speed, signal),
  };
}

async function sleep(realMs: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  try {
    await delay(Math.max(0, realMs), undefined, signal && { signal });
  } catch (error) {
    // Node rejects with its own AbortError; the port promises the signal's reason.
    signal?.throwIfAborted();
    throw error;
  }
}
