import { answer } from "../../adapters/reporters/schema/answers";
import { printed } from "../../adapters/reporters/schema/stream";
import { RepaveError } from "../../domain/errors";
import type { RolloutFinished } from "../../domain/rollout/events";
import { foldRollout, isOpen, resultsOf } from "../../domain/rollout/state";
import { stateLines } from "../../domain/rollout/words";
import { openRollout } from "../../wiring/allStacks/rollouts";
import { EXIT_CODES } from "../parts/exitCodes";
import type { Io } from "../io";
import { operatorHere, type RolloutCommandOptions } from "./run";

/**
 * `rollout abort FILE`: ends the unfinished rollout. A process that carries it out starts nothing more and waits for what is under way;
 * without one, the end is written into the journal. No stack is changed.
 */
export async function abortCommand(file: string, options: RolloutCommandOptions, io: Io): Promise<number> {
  const { store } = await openRollout(file, {});
  const newest = await store.newest();
  const state = newest && foldRollout(newest.entries);
  if (!newest || !state || !isOpen(state))
    throw new RepaveError("USAGE", `${file} has no unfinished rollout. \`rollout status\` shows the newest`);
  const by = operatorHere();
  const isHeld = await store.isHeld();
  if (isHeld) await store.askToStop(newest.id, by);
  else {
    const release = await store.hold();
    try {
      const finished: RolloutFinished = {
        event: "rollout.finished",
        outcome: "stopped",
        stacks: resultsOf(state),
        because: `aborted by ${by}`,
        by: "aborted",
      };
      await store.append(newest.id, { ...finished, at: Date.now() });
    } finally {
      await release();
    }
  }
  const standing = isHeld ? "under way" : "aborted";
  const facts = {
    id: newest.id,
    name: state.plan.name,
    standing,
    stacks: resultsOf(state),
    because: `aborted by ${by}`,
  } as const;
  if (options.json === true) io.out(JSON.stringify(printed(answer("rollout", facts))));
  else {
    io.out(
      isHeld
        ? `${newest.id} starts nothing more. What is under way comes to its end; watch it with: npm run rollout -- status ${file}`
        : `${newest.id} is over. No stack was changed.`,
    );
    for (const line of stateLines(state)) io.out(line);
  }
  return EXIT_CODES.done;
}
