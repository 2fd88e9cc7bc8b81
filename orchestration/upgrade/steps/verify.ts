import { acceptedIn, unexpected } from "../../domain/changes";
import { RepaveError } from "../../domain/errors";
import { allHeld, conditions } from "../../domain/health";
import { movesBack } from "../../domain/plan";
import type { StepContext } from "../../run/context";
import { keepingPin } from "../../fleet/capacity";
import { restoreFence } from "../../fleet/fencing";
import { restoreFormer } from "../../fleet/formerGroup";
import { newGroup, oldGroup } from "../../fleet/groups";
import { awake, newInstances, stagedVersion } from "../../fleet/instances";
import { dropPrepared } from "../../fleet/prepared/preparing";
import { lookAt } from "../../fleet/sight";
import { requireAllAlarmsQuiet } from "../proof/alarms";
import { requireSmokeRun } from "../proof/smoke";
import { PENDING, type StepBody } from "../step";

/** Checks every invariant once more, then restores the fence as it was found. Success is reported only of what was observed. */
export const verify: StepBody = {
  title: "verify the end state and resume the group's processes",
  observe: () => Promise.resolve(PENDING),
  async run(ctx) {
    const wrong = [...(await shortcomings(ctx))];
    if (wrong.length === 0 && ctx.run.state.resumed) await bringStateInLine(ctx);
    wrong.push(...(await drift(ctx)));
    if (wrong.length > 0) throw new RepaveError("VERIFY_FAILED", wrong.join("; "));
    await dropPrepared(ctx, "every node of the plan is there");
    await requireSmokeRun(ctx, "end");
    await requireAllAlarmsQuiet(ctx);
    await ctx.run.hold(ctx.policy.lease.ttlMs);
    if (movesBack(ctx.plan)) await restoreFormer(ctx);
    await restoreFence(ctx);
  },
};

async function shortcomings(ctx: StepContext): Promise<readonly string[]> {
  const { ports, plan, hop } = ctx;
  const fleet = await ports.fleet.describe();
  const nodes = newInstances(ctx, fleet);
  const group = newGroup(ctx, fleet);
  const wrong: string[] = [];
  const count = awake(ctx, fleet).length;
  if (count !== plan.nodeCount) wrong.push(`${count} nodes instead of ${plan.nodeCount}`);
  if (nodes.length !== plan.nodeCount)
    wrong.push(`${nodes.length} nodes of the new build instead of ${plan.nodeCount}`);
  if (plan.adoption?.way !== "back" && group.templateVersion !== String(stagedVersion(ctx)))
    wrong.push(`the group is pinned to version ${group.templateVersion}`);
  // The bounds of a former group may be its own again already.
  const counts = movesBack(plan) ? [group.desired] : [group.min, group.desired, group.max];
  if (counts.some((n) => n !== plan.nodeCount)) {
    wrong.push(`capacity ${group.min}/${group.desired}/${group.max} instead of ${plan.nodeCount}`);
  }
  const old = oldGroup(ctx, fleet);
  if (plan.adoption && [old.min, old.desired, old.max].some((n) => n !== 0))
    wrong.push(`capacity of ${old.name} is ${old.min}/${old.desired}/${old.max} instead of 0`);
  for (const node of nodes) {
    const observations = conditions(await lookAt(ports.tfe, fleet, node.id), hop.release);
    if (!allHeld(observations)) {
      const reds = observations.filter((o) => !o.held).map((o) => `${o.condition}: ${o.observed}`);
      wrong.push(`${node.id}: ${reds.join(", ")}`);
    }
  }
  return wrong;
}

/**
 * The Pulumi engine of a failed attempt may have left the stack's state outdated, or locked. The fleet is as it should be by
 * now, so an update that changes nothing brings the state up to date.
 */
async function bringStateInLine(ctx: StepContext): Promise<void> {
  const { ports, policy, plan, run } = ctx;
  const change = await keepingPin(ctx, { nodeCount: movesBack(plan) ? 0 : plan.nodeCount });
  const accepted = acceptedIn(run.state.overrides);
  if (unexpected(await ports.stack.preview(change), ports.stack.allowed.scale, accepted).length > 0) return;
  await run.hold(policy.lease.ttlMs);
  await ports.stack.apply(change);
}

async function drift({ ports, run }: StepContext): Promise<readonly string[]> {
  const changes = unexpected(await ports.stack.preview({}), ports.stack.allowed.none, acceptedIn(run.state.overrides));
  return changes.map((change) => `the stack would still change: ${change}`);
}
