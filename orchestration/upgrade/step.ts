import type { StepFacts, StepId } from "../domain/steps";
import type { StepContext } from "../run/context";

/** What was observed about a step before it runs. */
export type Seen = { readonly done: false } | { readonly done: true; readonly why: string };

export const PENDING: Seen = { done: false };
export const done = (why: string): Seen => ({ done: true, why });

/** What a step does. A step never imports another step, nor an adapter. */
export interface StepBody {
  readonly title: string;
  /** Reads AWS and the nodes first, the journal second: nothing irreversible is done twice. Changes nothing. */
  observe(ctx: StepContext): Promise<Seen>;
  run(ctx: StepContext): Promise<void>;
}

/** One element of the flow. */
export interface Step extends StepBody, StepFacts {
  readonly id: StepId;
}
