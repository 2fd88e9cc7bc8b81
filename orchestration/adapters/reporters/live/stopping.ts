import { timeLeft } from "../../../domain/standing/timeLeft";
import { isInOutage } from "../../../domain/steps";
import { currentStep, isDown, type LiveState } from "./state";

/** What stopping now would mean, and which point is safer, for an operator about to press Ctrl-C. */
export interface StopAdvice {
  readonly text: string;
  /** Whether the service answers while the run is stopped. */
  readonly harmless: boolean;
}

export function stopAdvice(state: LiveState, now: number, duration: (seconds: number) => string): StopAdvice {
  const step = currentStep(state);
  const inOutage = isDown(state) || (step !== undefined && isInOutage(step.step));
  if (!state.drainBegun && !inOutage) return { text: "restores everything", harmless: true };
  if (!inOutage) {
    const back = state.oneAsked || state.aborting ? "" : "; `abort` reverts the run";
    return { text: `leaves the fleet on hold, service up${back}`, harmless: true };
  }
  // An assumption is no reason to wait.
  const left = state.forecast?.pastRuns === 0 ? undefined : timeLeft(state.steps, now)?.toService;
  const soon = left === undefined || left === 0 ? "" : ` (~${duration(left)})`;
  const noWayBack = state.oneAsked ? ", no way back" : "";
  return {
    text: `leaves the service down${noWayBack}; safe after the gate${soon}`,
    harmless: false,
  };
}
