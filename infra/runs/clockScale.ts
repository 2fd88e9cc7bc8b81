/** The clock of the runs: the machine's, or a scaled one that every process of a lab shares. Pure. */
import { z } from "zod";

/** Environment of a process that lives on a scaled clock: JSON of `ClockScale`. */
export const CLOCK_ENV = "TFE_REPAVE_CLOCK";

/** The lab's usual stack. */
export const LAB_STACK = "lab";

/** `lab` or `lab-NAME`: each is a lab of its own, and no other stack is one. */
const LAB_NAME = /^lab(-[A-Za-z0-9][\w.-]*)?$/;

/**
 * Whether the stack of this plain name is a lab. Only labs may live on a scaled clock: on any other stack it would end leases that
 * are alive.
 */
export const isLabStack = (name: string): boolean => LAB_NAME.test(name);

/** A scaled time: at `realOrigin` the scaled clock showed `labOrigin` (both ms since the epoch); it runs `speed` times as fast. */
export interface ClockScale {
  readonly speed: number;
  readonly realOrigin: number;
  readonly labOrigin: number;
}

/** The machine's own time. */
export const REAL_TIME: ClockScale = { speed: 1, realOrigin: 0, labOrigin: 0 };

const SCALE = z.strictObject({
  speed: z.number().positive(),
  realOrigin: z.number(),
  labOrigin: z.number(),
}) satisfies z.ZodType<ClockScale>;

/** The scale that `TFE_REPAVE_CLOCK` describes; the machine's own time where it is not set. Throws where it describes none. */
export function clockScaleOf(env: NodeJS.ProcessEnv): ClockScale {
  const text = env[CLOCK_ENV];
  if (text === undefined || text === "") return REAL_TIME;
  try {
    return SCALE.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${CLOCK_ENV} must be JSON of {"speed","realOrigin","labOrigin"}; it is ${text}`, { cause });
  }
}

/** What the scaled clock shows when the machine's shows `real`; ms since the epoch. */
export const timeOn = ({ speed, realOrigin, labOrigin }: ClockScale, real = Date.now()): number =>
  Math.round(labOrigin + (real - realOrigin) * speed);
