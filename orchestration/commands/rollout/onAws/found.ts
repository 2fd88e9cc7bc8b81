import { RepaveError } from "../../../domain/errors";
import { foldRollout, type RolloutState } from "../../../domain/rollout/state";
import { during } from "../../parts/onTarget";
import type { Execution } from "../../../ports/account/rolloutEngine";
import { tellHistory, type Told } from "../../../rollout/engine/history";
import { lazily } from "../../../adapters/machine/lazy";
import type * as wiring from "../../../wiring/allStacks/rolloutsOnAws";

type RolloutOnAws = wiring.RolloutOnAws;

/** The newest execution of a rollout, and how far it is. */
export interface Found extends Told {
  readonly execution: Execution;
  readonly state: RolloutState;
}

/** Opens the rollout on AWS for as long as `act` takes. */
export async function onAws<T>(file: string, act: (rollout: RolloutOnAws) => Promise<T>): Promise<T> {
  const { openRolloutOnAws } = lazily("../../../wiring/allStacks/rolloutsOnAws", __filename) as typeof wiring;
  return during(await openRolloutOnAws(file), act);
}

/** Undefined: no rollout of the file has begun on AWS. Throws `ROLLOUT_UNREADABLE`. */
export async function newest({ plan, engine }: Pick<RolloutOnAws, "plan" | "engine">): Promise<Found | undefined> {
  const [execution] = await engine.executions(plan.name);
  if (!execution) return undefined;
  const told = tellHistory(await engine.history(execution));
  const state = foldRollout(told.entries);
  if (!state) throw new RepaveError("INTERNAL", "the history of the execution has no beginning");
  return { ...told, execution, state };
}

/** The rollout that is under way. Throws `USAGE` where there is none. */
export async function running(rollout: RolloutOnAws, file: string): Promise<Found> {
  const found = await newest(rollout);
  if (found?.execution.isRunning === true) return found;
  throw new RepaveError(
    "USAGE",
    `${file} has no rollout under way on AWS. \`rollout status ${file} --on aws\` shows the newest`,
  );
}
