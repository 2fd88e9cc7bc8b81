import { RepaveError } from "../domain/errors";
import type { StepContext } from "../run/context";

type Fenced = Pick<StepContext, "ports" | "run">;

/** Raises the fence. What was found is recorded before it is changed. */
export async function raiseFence({ ports, run }: Fenced): Promise<void> {
  const { group } = await ports.fleet.describe();
  await run.record({ event: "fence.found", suspended: group.suspended });
  await ports.fleet.fence();
}

/**
 * Raises the fence again if someone opened it, and reports it. An instance refresh continues whatever is suspended, so it
 * cannot be fenced: throws `WORLD_CHANGED`.
 */
export async function keepFenced({ ports, run }: Fenced): Promise<void> {
  const { group } = await ports.fleet.describe();
  if (group.instanceRefreshInProgress) {
    throw new RepaveError("WORLD_CHANGED", "someone started an instance refresh; cancel it first");
  }
  const { fenceGaps: gaps } = group;
  if (gaps.length === 0) return;
  await run.record({ event: "warning", text: `someone resumed ${gaps.join(", ")} during the run; suspended again` });
  await ports.fleet.fence();
}

/** Resumes what this run suspended and nothing else, and verifies it. */
export async function restoreFence({ ports, run }: Fenced): Promise<void> {
  const found = run.state.foundSuspended;
  if (!found || run.state.fenceRestored) return;
  const ours = await ports.fleet.unfence(found);
  const { group } = await ports.fleet.describe();
  const stuck = ours.filter((process) => group.suspended.includes(process));
  if (stuck.length > 0) throw new RepaveError("VERIFY_FAILED", `still suspended: ${stuck.join(", ")}`);
  await run.record({ event: "fence.restored", resumed: ours });
}
