import type { RunEvent } from "../../../domain/events";

/** What is made of each kind of event; the kinds that are not named say nothing. `now`: ms since the epoch, on the run's clock. */
export type Handlers<S> = {
  readonly [K in RunEvent["event"]]?: (state: S, event: Extract<RunEvent, { readonly event: K }>, now: number) => S;
};

export function fold<S>(handlers: Handlers<S>, state: S, event: RunEvent, now: number): S {
  const handler = handlers[event.event] as ((state: S, event: RunEvent, now: number) => S) | undefined;
  return handler ? handler(state, event, now) : state;
}
