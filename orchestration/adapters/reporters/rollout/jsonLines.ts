import type { RolloutReporter } from "../../../ports/rollout";
import { printed } from "../schema/stream";

/** One JSON object per line. The last line of a rollout is `rollout.finished`. */
export const rolloutJson = (write: (line: string) => void, now: () => number): RolloutReporter => ({
  emit: (event) => write(JSON.stringify(Object.assign(printed(event), { at: new Date(now()).toISOString() }))),
});
