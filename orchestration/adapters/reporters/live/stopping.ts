import { endsOutage, isInOutage } from "../../../domain/steps";
import { currentStep, isDown, secondsUntil, type LiveState } from "./state";

/** What stopping now would mean, and when it would mean less: in words for who has a hand on Ctrl-C. */
export interface StopAdvice {
  readonly text: string;
  /** Whether the service answers while the run is stopped. */
  readonly harmless: boolean;
}

export function stopAdvice(state: LiveState, now: number, duration: (seconds: number) => string): StopAdvice {
  const step = currentStep(state);
  const inOutage = isDown(state) || (step !== undefined && isInOutage(step.step));
  if (!state.drainBegun && !inOutage) return { text: "now: everything is put back", harmless: true };
  if (!inOutage) {
    const back = state.oneAsked || state.aborting ? "" : "; `abort` takes it back";
    return { text: `now: the fleet is held, the service answers${back}`, harmless: true };
  }
  const left = secondsUntil(state, ({ step: id }) => endsOutage(id), now);
  const soon = left === undefined || left === 0 ? "" : `, in ~${duration(left)}`;
  const noWayBack = state.oneAsked ? ", no way back" : "";
  return { text: `after the gate${soon}; now: held, service down${noWayBack}`, harmless: false };
}
