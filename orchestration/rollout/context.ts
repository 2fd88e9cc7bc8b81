import type { RolloutPlan } from "../domain/rollout/model";
import type { RolloutJournal } from "./journal";
import type { Ending, RolloutOptions } from "./options";

/** What the parts of a rollout work with. */
export type Conducting = Omit<RolloutOptions, "store" | "newId"> & {
  readonly journal: RolloutJournal;
  readonly plan: RolloutPlan;
  /** Who asked for the end of the rollout; undefined: nobody. */
  readonly stopAsked: () => Promise<string | undefined>;
};

/** Somebody stopped the rollout: from this terminal, or with `rollout abort`. */
export async function endedMeanwhile({ signal, stopAsked }: Conducting): Promise<Ending | undefined> {
  if (signal.aborted) return { outcome: "interrupted", because: "stopped by a signal" };
  const by = await stopAsked();
  return by === undefined ? undefined : { outcome: "stopped", by: "aborted", because: `aborted by ${by}` };
}
