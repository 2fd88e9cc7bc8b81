import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Clock } from "../../ports/clock";

/** Environment of a process that lives on a scaled clock: JSON of `ClockScale`. */
export const CLOCK_ENV = "TFE_REPAVE_CLOCK";

/** A scaled time: at `realOrigin` the scaled clock showed `labOrigin` (both ms since the epoch); it runs `speed` times as fast. */
export interface ClockScale {
  readonly speed: number;
  readonly realOrigin: number;
  readonly labOrigin: number;
}

const scaleSchema = z.strictObject({ speed: z.number().positive(), realOrigin: z.number(), labOrigin: z.number() });

/** The machine's clock, or the scaled one that `TFE_REPAVE_CLOCK` describes. Throws where that is not a description of one. */
export function systemClock(env: NodeJS.ProcessEnv = process.env): Clock {
  const text = env[CLOCK_ENV];
  if (text === undefined || text === "") return scaledClock({ speed: 1, realOrigin: 0, labOrigin: 0 });
  return scaledClock(parseScale(text));
}

/** A clock on this scale. Processes that share the scale read the same time. */
export function scaledClock(scale: ClockScale): Clock {
  return {
    now: () => Math.round(scale.labOrigin + (Date.now() - scale.realOrigin) * scale.speed),
    monotonic: () => performance.now() * scale.speed,
    sleep: (ms, signal) => sleep(ms / scale.speed, signal),
  };
}

function parseScale(text: string): ClockScale {
  try {
    return scaleSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${CLOCK_ENV} must be JSON of {"speed","realOrigin","labOrigin"}; it is ${text}`, { cause });
  }
}

async function sleep(realMs: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  try {
    await delay(Math.max(0, realMs), undefined, signal && { signal });
  } catch (error) {
    // Node rejects with an AbortError of its own; the port promises the reason of the signal.
    signal?.throwIfAborted();
    throw error;
  }
}
