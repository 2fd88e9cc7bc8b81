import type { StepFacts, StepId } from "../domain/steps";
import type { Plan } from "../domain/plan";
import type { StepContext } from "../run/context";
import type { Policy } from "../run/policy";

/** What was observed about a step before it runs. */
export type Seen = { readonly done: false } | { readonly done: true; readonly why: string };

export const PENDING: Seen = { done: false };
export const done = (why: string): Seen => ({ done: true, why });

/** What a step does. A step never imports another step, nor an adapter. */
export interface StepBody {
  /** What it does, of whatever it may be asked. */
  readonly title: string;
  /** What it does in this run, where that is less. */
  readonly titleIn?: (plan: Plan, policy: Policy) => string;
  /** Reads AWS and the nodes first, the journal second: nothing irreversible is done twice. Changes nothing. */
  observe(ctx: StepContext): Promise<Seen>;
  run(ctx: StepContext): Promise<void>;
}

/** One element of the flow. */
export interface Step extends StepBody, StepFacts {
  readonly id: StepId;
}

/** What a step does in this run: nothing is named that it will not do. */
export const titleOf = (step: StepBody, plan: Plan, policy: Policy): string =>
  step.titleIn?.(plan, policy) ?? step.title;
