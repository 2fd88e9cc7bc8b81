import { hopRecord } from "../../domain/journal";
import type { Instance } from "../../domain/fleet";
import type { StepContext } from "../../run/context";
import { attach, nextPrepared, preparedIds, replaceUseless, tellToStart, untold } from "../../fleet/prepared/attaching";
import { askForMore } from "../../fleet/capacity";
import { passGate } from "../../fleet/gate";
import { keepFenced } from "../../fleet/fencing";
import { awaitLaunch, requireOnlyNew } from "../../fleet/launch";
import { newInstances } from "../../fleet/instances";
import { closingRoom, preparedCount, preparedRecord } from "../../fleet/prepared/preparing";
import { alarmConditions, requireQuietAlarms } from "../proof/alarms";
import { done, PENDING, type StepBody } from "../step";

/** One node at a time to the count of the plan, each through the gate before the next. A prepared one is attached instead of launched. */
export const scaleOut: StepBody = {
  title: "scale out one node at a time, each through the gate",
  async observe(ctx) {
    const { group, instances } = await ctx.ports.fleet.describe();
    const nodes = newInstances(ctx, { group, instances });
    const { gated } = hopRecord(ctx.run.state, ctx.hopIndex);
    const complete = nodes.length === ctx.plan.nodeCount && nodes.every((node) => gated.includes(node.id));
    // The update that follows an attached node may be missing.
    const isBound = preparedCount(ctx) === 0 || group.min >= ctx.plan.nodeCount;
    return complete && isBound ? done(`${nodes.length} nodes passed the gate`) : PENDING;
  },
  async run(ctx) {
    await keepFenced(ctx);
    if (ctx.run.state.resumed) await tellAgain(ctx);
    for (;;) {
      const fleet = await ctx.ports.fleet.describe();
      requireOnlyNew(ctx, fleet);
      const waiting = untold(ctx, fleet);
      const nodes = newInstances(ctx, fleet).filter((node) => !waiting.includes(node));
      await gateThose(
        ctx,
        nodes.map((node) => node.id),
      );
      if (nodes.length >= ctx.plan.nodeCount) {
        if (preparedCount(ctx) > 0 && fleet.group.min < nodes.length)
          await askForMore(ctx, nodes.length, { attaching: 0 });
        return;
      }
      const prepared = preparedCount(ctx) === 0 ? undefined : await nextPrepared(ctx, fleet);
      if (prepared === undefined || !(await addPrepared(ctx, nodes, prepared))) await addLaunched(ctx, nodes);
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

/** A process that died may have written down the word and not given it. Giving it twice does no harm. */
async function tellAgain(ctx: StepContext): Promise<void> {
  const { gated } = hopRecord(ctx.run.state, ctx.hopIndex);
  for (const { id } of newInstances(ctx, await ctx.ports.fleet.describe())) {
    const { toldAt, isDropped } = preparedRecord(ctx, id);
    if (toldAt === undefined || isDropped === true || gated.includes(id)) continue;
    await tellToStart(ctx, id, () => Promise.resolve());
  }
  await replaceUseless(ctx);
}

async function addLaunched(ctx: StepContext, nodes: readonly Instance[]): Promise<void> {
  await askForMore(ctx, nodes.length + 1, closingRoom(ctx));
  await replaceUseless(ctx);
  await awaitLaunch(ctx, [...nodes.map((node) => node.id), ...preparedIds(ctx)]);
}

/** False: the node is of no use. The nodes before it have passed the gate, so that nothing keeps it from starting. */
async function addPrepared(ctx: StepContext, nodes: readonly Instance[], id: string): Promise<boolean> {
  const fleet = await ctx.ports.fleet.describe();
  const isThere = newInstances(ctx, fleet).some((node) => node.id === id);
  if (!isThere) await askForMore(ctx, nodes.length, { attaching: 1 });
  if (!(await attach(ctx, fleet, id))) return false;
  const told = await tellToStart(ctx, id, () => Promise.resolve());
  if (!told) return false;
  await askForMore(ctx, nodes.length + 1, { attaching: 0 });
  return true;
}
