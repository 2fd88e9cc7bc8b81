import type { StepContext } from "../run/context";

/** What the world says about a step before it is done. */
export type Seen = { readonly done: false } | { readonly done: true; readonly why: string };

export const PENDING: Seen = { done: false };
export const done = (why: string): Seen => ({ done: true, why });

/** One element of the flow. A step never imports another step, nor an adapter. */
export interface Step {
  readonly id: string;
  readonly title: string;
  /** `start` and `end`: once a run; `hop`: for every release on the way. */
  readonly scope: "start" | "hop" | "end";
  /** What it does to the service, for the plan and the README. */
  readonly outage: "no" | "starts" | "goes on" | "ends";
  /** Looks at the world (first) and the journal (second): nothing irreversible is done twice. Changes nothing. */
  observe(ctx: StepContext): Promise<Seen>;
  run(ctx: StepContext): Promise<void>;
}
