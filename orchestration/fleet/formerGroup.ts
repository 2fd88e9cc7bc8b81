import { RepaveError } from "../domain/errors";
import { alive } from "../domain/fleet";
import type { FoundGroup } from "../domain/adoption/adoption";
import type { LastCheck } from "../ports/lastCheck";
import type { NodeContext, StepContext } from "../run/context";
import { formerPort } from "./groups";

type Acting = Pick<NodeContext, "ports" | "run">;

/**
 * Leaves the former group at zero: nobody raises it without raising its maximum first. A tag says by whom, and what was found, and it is
 * pinned to the version that its nodes ran, so that the way back builds those. It is never deleted.
 */
export async function leaveFormer(
  ctx: Pick<StepContext, "ports" | "run" | "plan">,
  lastCheck: LastCheck,
): Promise<void> {
  const { ports, run, plan } = ctx;
  const former = formerPort(ports);
  const found = foundIn(ctx);
  const versions = alive(await ports.fleet.describe()).flatMap((node) =>
    node.former === true ? (node.templateVersion ?? []) : [],
  );
  const [version] = [...new Set(versions)];
  await run.record({ event: "group.left", group: plan.adoption?.group ?? "" });
  const at = new Date(ports.clock.now()).toISOString();
  await former.mark({ by: `stack ${plan.stack} ${run.id} by ${ports.startedBy} at ${at}`, found });
  if (version !== undefined) await former.launch(String(version));
  await former.resize({ min: 0, max: 0, desired: 0 }, lastCheck);
}

/** Sets the former group to so many nodes, and lets it launch no more. */
export const resizeFormer = ({ ports }: Acting, nodes: number): Promise<void> =>
  formerPort(ports).resize({ min: nodes, max: nodes, desired: nodes });

/** Gives the former group its bounds back, and takes the tag off. Its capacity is what was found already, or stays. */
export async function restoreFormer(ctx: Acting): Promise<void> {
  const { ports, run } = ctx;
  const { former: group } = await ports.fleet.describe();
  if (!group) throw new RepaveError("WORLD_CHANGED", "the former group no longer exists");
  const former = formerPort(ports);
  const { min, max, version } = foundIn(ctx);
  const { desired } = group;
  await former.resize({ min: Math.min(min, desired), max: Math.max(max, desired), desired });
  if (version !== "none") await former.launch(version);
  await former.unmark();
  await run.record({ event: "group.restored", group: group.name });
}

function foundIn({ run }: Acting): FoundGroup {
  const found = run.state.foundFormer;
  if (found) return found;
  throw new RepaveError("INTERNAL", "the journal does not say how the former group was found");
}
