import { asRepaveError } from "../domain/errors";
import type { Fleet, Instance } from "../domain/fleet";
import { hopRecord } from "../domain/journal";
import { wasAccepted } from "../run/accepting";
import type { StepContext } from "../run/context";
import { describeInstance } from "./instances";
import { address } from "./sight";

/** The risk that is taken, as journal and report name it. */
const RISK = "zero-means-stopped";

/**
 * Where zero means stopped: stops the application on each of these drained nodes for good, all at once, and records which are proven
 * stopped. One that is not costs nothing but time: zero is reached when it is terminated.
 */
export async function retireNodes(ctx: StepContext, nodes: readonly Instance[]): Promise<void> {
  const { ports, plan, policy, run, hopIndex } = ctx;
  if (plan.zeroMeans !== "stopped" || nodes.length === 0) return;
  await run.hold(policy.lease.ttlMs);
  if (!wasAccepted(ctx, RISK)) await run.record({ event: "override.used", id: RISK, because: "zeroMeans is stopped" });
  await run.record({ event: "zero.stopping", hop: hopIndex, instances: nodes.map(({ id }) => id) });
  await Promise.all(
    nodes.map(async (node) => {
      const why = await whatIsLeft(ctx, node);
      if (why === undefined) {
        await run.record({ event: "zero.stopped", hop: hopIndex, instanceId: node.id, at: ports.clock.now() });
        return;
      }
      const text = `${describeInstance(node)} is not proven stopped (${why}); the outage lasts until it is terminated`;
      await run.record({ event: "warning", text });
    }),
  );
}

/** Undefined: nothing is left, and that was seen on the node. */
async function whatIsLeft({ ports }: StepContext, node: Instance): Promise<string | undefined> {
  try {
    const left = await ports.tfe.retire(address(node));
    return left.length === 0 ? undefined : left.join("; ");
  } catch (thrown) {
    const error = asRepaveError(thrown);
    if (!error.code.startsWith("NODE_")) throw error;
    return error.detail;
  }
}

/** Returns the nodes that this run has stopped for good and nobody has started since. They have no work and cannot be drained. */
export async function standingStill(ctx: StepContext, nodes: readonly Instance[]): Promise<readonly Instance[]> {
  const { stopping = [] } = hopRecord(ctx.run.state, ctx.hopIndex);
  const stopped = nodes.filter(({ id }) => stopping.includes(id));
  const still = await Promise.all(
    stopped.map(async (node) => ["stopped", "absent"].includes(await ctx.ports.tfe.state(address(node)))),
  );
  return stopped.filter((_, index) => still[index]);
}

/** When the last of the nodes that the group terminates was proven stopped; undefined: one of them was not. */
export function allStoppedAt(ctx: StepContext, { instances }: Fleet): number | undefined {
  const { stopping = [], stopped = {} } = hopRecord(ctx.run.state, ctx.hopIndex);
  const left = instances.filter(({ id, state }) => stopping.includes(id) && state !== "terminated");
  const times = left.map(({ id }) => stopped[id]);
  return times.length > 0 && times.every((at) => at !== undefined) ? Math.max(...times) : undefined;
}
