import { RepaveError } from "../domain/errors";
import type { Fleet, Group } from "../domain/fleet";
import type { FoundGroup } from "../domain/adoption/adoption";
import type { StepContext } from "../run/context";
import { groupsOf, formerPort } from "./groups";

type Fenced = Pick<StepContext, "ports" | "run">;

/** The groups that the run of this journal acts on. */
const groups = ({ run }: Fenced, fleet: Fleet): readonly Group[] => groupsOf({ plan: run.state.plan ?? {} }, fleet);

/** Raises the fence. What was found is recorded before it is changed. */
export async function raiseFence(ctx: Fenced): Promise<void> {
  const { ports, run } = ctx;
  const fleet = await ports.fleet.describe();
  const former = foundFormer(ctx, fleet);
  await run.record({ event: "fence.found", suspended: fleet.group.suspended, ...(former && { former }) });
  await suspend(ctx);
}

/** What an adoption finds of the former group. After an earlier adoption that is what that one found: the group itself is as that one left it. */
function foundFormer({ run }: Fenced, { former, instances }: Fleet): FoundGroup | undefined {
  const { plan } = run.state;
  if (!plan?.adoption || !former) return undefined;
  if (former.takenOver) return former.takenOver.found;
  const { min, max, desired, templateVersion: version, suspended } = former;
  const image = instances.find((instance) => instance.former === true)?.imageId ?? plan.from.image;
  return { min, max, desired, version, suspended, release: plan.from.release, image };
}

async function suspend({ ports, run }: Fenced): Promise<void> {
  await ports.fleet.fence();
  if (run.state.plan?.adoption) await formerPort(ports).fence();
}

/** Whether every group that the run acts on is fenced. */
export const isFenced = (ctx: Fenced, fleet: Fleet): boolean =>
  groups(ctx, fleet).every(({ fenceGaps }) => fenceGaps.length === 0);

/**
 * Raises the fence again if someone opened it, and reports it. An instance refresh continues whatever is suspended, so it
 * cannot be fenced: throws `WORLD_CHANGED`.
 */
export async function keepFenced(ctx: Fenced): Promise<void> {
  const { ports, run } = ctx;
  const all = groups(ctx, await ports.fleet.describe());
  if (all.some(({ instanceRefreshInProgress }) => instanceRefreshInProgress)) {
    throw new RepaveError("WORLD_CHANGED", "someone started an instance refresh; cancel it first");
  }
  const gaps = [...new Set(all.flatMap(({ fenceGaps }) => fenceGaps))];
  if (gaps.length === 0) return;
  await run.record({ event: "warning", text: `someone resumed ${gaps.join(", ")} during the run; suspended again` });
  await suspend(ctx);
}

/** Resumes what this run suspended and nothing else, and verifies it. A former group that is left at zero stays as it is. */
export async function restoreFence({ ports, run }: Fenced): Promise<void> {
  const { foundSuspended: found, foundFormer: former, fenceRestored } = run.state;
  if (!found || fenceRestored) return;
  const ours = await ports.fleet.unfence(found);
  const before = await ports.fleet.describe();
  const isLeft = before.former === undefined || before.former.takenOver !== undefined;
  const theirs = former && !isLeft ? await formerPort(ports).unfence(former.suspended) : [];
  const after = theirs.length === 0 ? before : await ports.fleet.describe();
  const stuck = [
    ...ours.filter((process) => after.group.suspended.includes(process)),
    ...theirs.filter((process) => after.former?.suspended.includes(process)),
  ];
  if (stuck.length > 0) throw new RepaveError("VERIFY_FAILED", `still suspended: ${stuck.join(", ")}`);
  await run.record({ event: "fence.restored", resumed: [...new Set([...ours, ...theirs])] });
}
