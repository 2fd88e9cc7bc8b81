import { RepaveError } from "../../domain/errors";
import { alive, type Fleet, type Instance } from "../../domain/fleet";
import { movesBack } from "../../domain/plan";
import { accepts } from "../../run/accepting";
import type { NodeContext } from "../../run/context";
import { waitFor } from "../../run/wait";
import { keepingPin, requireOnlyScaling } from "../../fleet/capacity";
import { drainNode, proveStillDrained } from "../../fleet/draining";
import { keepFenced, raiseFence, restoreFence } from "../../fleet/fencing";
import { leaveFormer, resizeFormer, restoreFormer } from "../../fleet/formerGroup";
import { passGate } from "../../fleet/gate";
import { isInNewGroup, newGroup, oldGroup } from "../../fleet/groups";
import { describeInstance, isLeaving } from "../../fleet/instances";
import { MIGRATION_MAY_RUN } from "../../fleet/rebuild";
import { restartApplication } from "../../fleet/restarting";
import { address } from "../../fleet/sight";
import type { RunContext } from "../walk";

type Reverting = RunContext & NodeContext;

/**
 * Reverts an adoption: the group that was to have the nodes is emptied, each node drained first, and the other one gets them again, one after the
 * other and each through the gate. No release changes, so this is possible at any point.
 */
export async function revertAdoption(base: RunContext): Promise<void> {
  const { run, plan, ports, policy } = base;
  const ctx: Reverting = { ...base, hopIndex: "none" };
  if (run.state.foundSuspended) await (run.state.fenceRestored ? raiseFence(ctx) : keepFenced(ctx));
  await emptyNewGroup(ctx);
  const fleet = await ports.fleet.describe();
  const { desired } = oldGroup(ctx, fleet);
  let count = Math.max(staying(ctx, fleet, false).length, Math.min(plan.nodeCount, Math.max(1, desired)));
  const gated = new Set<string>();
  for (;;) {
    await run.hold(policy.lease.ttlMs);
    await askOldGroup(ctx, count);
    for (const id of (await awaitNodes(ctx, count)).filter((node) => !gated.has(node))) {
      if (run.state.draining.includes(id)) await restartApplication(ctx, id, plan.from.release);
      else await passGate(ctx, id, plan.from.release);
      gated.add(id);
    }
    if (count >= plan.nodeCount) break;
    count += 1;
  }
  if (plan.adoption?.way === "in" && run.state.foundFormer) await restoreFormer(ctx);
  await restoreFence(ctx);
}

/** Nodes of the new group, or of the old one, that are there to stay. */
const staying = (ctx: Reverting, fleet: Fleet, isNew: boolean): readonly Instance[] =>
  alive(fleet).filter((node) => isInNewGroup(ctx, node) === isNew && !isLeaving(node));

/** A node whose application has started is drained. Any other may be migrating, and goes only where that risk is accepted by name. */
async function emptyNewGroup(ctx: Reverting): Promise<void> {
  const { ports, run, policy, plan } = ctx;
  const fleet = await ports.fleet.describe();
  const nodes = staying(ctx, fleet, true);
  if (nodes.length === 0 && newGroup(ctx, fleet).desired === 0) return;
  const started: string[] = [];
  for (const node of nodes) {
    if ((await ports.tfe.state(address(node)).catch(() => undefined)) === "started") {
      if ((await drainNode(ctx, node)) === "drained") started.push(node.id);
      continue;
    }
    if (!(await accepts(ctx, MIGRATION_MAY_RUN)))
      throw new RepaveError(
        "REBUILD_REFUSED",
        `${describeInstance(node)} has not started, and may be migrating the database`,
        {
          next: `Wait for it: npm run adopt -- --resume --stack ${plan.stack}. Or accept the risk: npm run adopt -- --back --stack ${plan.stack} --accept ${MIGRATION_MAY_RUN} --because "…".`,
        },
      );
  }
  const stillDrained = (): Promise<void> =>
    proveStillDrained(ctx, async () =>
      staying(ctx, await ports.fleet.describe(), true).filter(({ id }) => started.includes(id)),
    );
  await stillDrained();
  await run.hold(policy.lease.ttlMs);
  if (movesBack(plan)) await leaveFormer(ctx, stillDrained);
  else await ports.stack.apply(await requireOnlyScaling(ctx, { nodeCount: 0 }), stillDrained);
  const late = (): RepaveError => new RepaveError("NOT_ZERO", "a node of the adoption is not terminated");
  await waitFor(ports.clock, { ...policy.zero, signal: ctx.signal, late }, async () => {
    const left = alive(await ports.fleet.describe()).filter((node) => isInNewGroup(ctx, node));
    return left.length === 0 ? true : undefined;
  });
}

async function askOldGroup(ctx: Reverting, count: number): Promise<void> {
  const { ports, plan } = ctx;
  if (plan.adoption?.way === "in") return resizeFormer(ctx, count);
  await requireOnlyScaling(ctx, { nodeCount: count });
  await ports.stack.apply(await keepingPin(ctx, { nodeCount: count }));
}

/** Waits until the old group has that many nodes, and returns their ids. */
function awaitNodes(ctx: Reverting, count: number): Promise<readonly string[]> {
  const { ports, policy, signal } = ctx;
  const late = (): RepaveError => new RepaveError("LAUNCH_TIMEOUT", `the group did not reach ${count} nodes`);
  return waitFor(ports.clock, { ...policy.launch, signal, late }, async () => {
    const nodes = staying(ctx, await ports.fleet.describe(), false);
    return nodes.length === count ? nodes.map(({ id }) => id) : undefined;
  });
}
