import { answer } from "../../adapters/reporters/schema/answers";
import { printed } from "../../adapters/reporters/schema/stream";
import { foldRollout, isOpen, resultsOf, type RolloutState } from "../../domain/rollout/state";
import { goalText, stateLines } from "../../domain/rollout/words";
import { dateTime } from "../../domain/text/words";
import { openRollout } from "../../wiring/allStacks/rollouts";
import { EXIT_CODES } from "../parts/exitCodes";
import type { Io } from "../io";
import type { RolloutCommandOptions } from "./run";

/** `rollout status FILE`: how far the newest rollout of the file is. 0: there is none, it is done or under way; 4: it can be resumed. */
export async function statusCommand(file: string, options: RolloutCommandOptions, io: Io): Promise<number> {
  const { plan, store } = await openRollout(file, {});
  const [newest, isHeld] = await Promise.all([store.newest(), store.isHeld()]);
  const state = newest && foldRollout(newest.entries);
  if (!newest || !state) {
    if (options.json === true)
      io.out(
        JSON.stringify(
          answer("rollout", { id: null, name: plan.name, standing: "not begun", stacks: [], because: null }),
        ),
      );
    else io.out(`${plan.name}: no rollout of this file has begun. Begin it with: npm run rollout -- ${file}`);
    return EXIT_CODES.done;
  }
  const standing = standingOf(state, isHeld);
  const because = state.finished?.because ?? null;
  if (options.json === true) {
    const facts = { id: newest.id, name: state.plan.name, standing, stacks: resultsOf(state), because };
    io.out(JSON.stringify(printed(answer("rollout", facts))));
  } else {
    io.out(`${newest.id}: ${standing}${because === null ? "" : `, ${because}`} (times in UTC)`);
    io.out(`  to ${goalText(state.plan)}, begun ${dateTime(state.startedAt)} by ${state.operator}`);
    for (const line of stateLines(state)) io.out(line);
    if (!isHeld && isOpen(state)) io.out(`Continue with: npm run rollout -- ${file}`);
  }
  return !isHeld && isOpen(state) ? EXIT_CODES.halted : EXIT_CODES.done;
}

/** What is true of it now: a journal without an end, and no process, is what a killed one left. */
function standingOf(
  { finished }: RolloutState,
  isHeld: boolean,
): "under way" | "done" | "stopped" | "failed" | "interrupted" | "aborted" {
  if (isHeld) return "under way";
  if (finished?.by === "aborted") return "aborted";
  return finished?.outcome ?? "interrupted";
}
