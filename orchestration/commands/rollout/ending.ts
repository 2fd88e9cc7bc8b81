import type { RolloutFinished } from "../../domain/rollout/events";
import { hasActed, type RolloutState } from "../../domain/rollout/state";
import { EXIT_CODES } from "../parts/exitCodes";

/** Exit codes of a rollout that has ended: 3 where no stack was changed, 4 where it can be resumed from what was. */
export function exitCode({ outcome, by }: RolloutFinished, state: RolloutState | undefined): number {
  switch (outcome) {
    case "done":
      return EXIT_CODES.done;
    case "interrupted":
      return EXIT_CODES.interrupted;
    case "stopped":
      return by === "declined" ? EXIT_CODES.declined : EXIT_CODES.halted;
    case "failed":
      return state && hasActed(state) ? EXIT_CODES.halted : EXIT_CODES.blocked;
  }
}
