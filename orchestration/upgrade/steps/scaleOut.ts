import { hopRecord } from "../../domain/journal";
import type { StepContext } from "../../run/context";
import { askForMore } from "../../fleet/capacity";
import { passGate } from "../../fleet/gate";
import { keepFenced } from "../../fleet/fencing";
import { awaitLaunch, requireOnlyNew } from "../../fleet/launch";
import { newInstances } from "../../fleet/instances";
import { alarmConditions, requireQuietAlarms } from "../proof/alarms";
import { done, PENDING, type StepBody } from "../step";

/** One node at a time to the count of the plan, each through the gate before the next. */
export const scaleOut: StepBody = {
  title: "scale out one node at a time, each through the gate",
  async observe(ctx) {
    const nodes = newInstances(ctx, await ctx.ports.fleet.describe());
    const { gated } = hopRecord(ctx.run.state, ctx.hopIndex);
    const complete = nodes.length === ctx.plan.nodeCount && nodes.every((node) => gated.includes(node.id));
    return complete ? done(`${nodes.length} nodes passed the gate`) : PENDING;
  },
  async run(ctx) {
    await keepFenced(ctx);
    for (;;) {
      const fleet = await ctx.ports.fleet.describe();
      requireOnlyNew(ctx, fleet);
      const nodes = newInstances(ctx, fleet);
      await gateThose(
        ctx,
        nodes.map((node) => node.id),
      );
      if (nodes.length >= ctx.plan.nodeCount) return;
      await askForMore(ctx, nodes.length + 1);
      await awaitLaunch(
        ctx,
        nodes.map((node) => node.id),
      );
    }
  },
};

async function gateThose(ctx: StepContext, ids: readonly string[]): Promise<void> {
  // They were OK at the first node's gate: one that is red now went there since.
  const beside = async (): ReturnType<typeof alarmConditions> => {
    await requireQuietAlarms(ctx);
    return alarmConditions(ctx);
  };
  for (const id of ids) {
    if (!hopRecord(ctx.run.state, ctx.hopIndex).gated.includes(id))
      await passGate({ ...ctx, beside }, id, ctx.hop.release);
  }
}
