import type { RolloutPlan } from "../../../domain/rollout/model";
import { eventLines } from "../../../domain/rollout/words";
import { clockTime } from "../../../domain/text/words";
import type { RolloutReporter } from "../../../ports/rollout";

/** Lines for a person, with the time (UTC) in front. */
export const rolloutText = (write: (line: string) => void, now: () => number, plan: RolloutPlan): RolloutReporter => ({
  emit(event) {
    for (const line of eventLines(event, plan)) write(`${clockTime(now())} ${line}`);
  },
});
