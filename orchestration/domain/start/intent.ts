import type { Place } from "./place";
import type { Expectation } from "./expectation";
import type { Plan } from "../plan";

/** What a start means: told after the checks, before the question. */
export interface RunIntent extends Place {
  readonly event: "run.intent";
  readonly stack: string;
  readonly plan: Plan;
  /** Finished runs that the expectations are from; 0: they are assumed. */
  readonly pastRuns: number;
  readonly expectedSeconds: number;
  readonly expectedOutageSeconds: number;
  /** The same with its parts and in words. */
  readonly forecast: Expectation;
  readonly pastPointOfNoReturn: boolean;
}
