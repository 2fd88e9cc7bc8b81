import { RepaveError } from "../../domain/errors";
import { alive, type Instance } from "../../domain/fleet";
import { hopRecord } from "../../domain/journal";
import { packagingAfter } from "../../domain/plan";
import { askForZero, requireOnlyScaling, ROOM_FOR_ONE } from "../../fleet/capacity";
import type { StepContext } from "../../run/context";
import { proveStillDrained } from "../../fleet/draining";
import { keepFenced } from "../../fleet/fencing";
import { isInNewGroup, oldGroup } from "../../fleet/groups";
import {
  describeInstance,
  isBehind,
  isLeaving,
  newInstances,
  oldInstances,
  stagedVersion,
} from "../../fleet/instances";
import { pathWithPin } from "../../fleet/healthPaths";
import { preparedCount, prepareNodes } from "../../fleet/prepared/preparing";
import { retireNodes, standingStill } from "../../fleet/retiring";
import { awaitZero } from "../../fleet/zero";
import { done, PENDING, type StepBody } from "../step";
import { notTerminable } from "../checks/scaling";
import { pauseBeforeOutage } from "../pause";
import { requireWindow } from "../windows";

/**
 * Sets the capacity to 0, then waits until every instance is *terminated*, or, where the plan says so, its application is proven stopped.
 * "None in service" while one still shuts down is not zero, and a release still running is what the next one must never meet. The pin
 * stays on the old build until then, so that whoever raises the capacity meanwhile starts an old node, never the new release beside the
 * old. A release may demand some time of silence after that.
 */
export const scaleToZero: StepBody = {
  title: "scale to zero and wait until nothing of the old build runs",
  async observe(ctx) {
    if (isBehind(ctx)) return done("this release was started");
    const fleet = await ctx.ports.fleet.describe();
    if (oldInstances(ctx, fleet).length > 0) return PENDING;
    if (newInstances(ctx, fleet).length > 0) return done("only nodes of the new build are alive");
    const seen = hopRecord(ctx.run.state, ctx.hopIndex).zeroSeen !== undefined;
    return seen && oldGroup(ctx, fleet).desired === 0 ? done("no node is alive") : PENDING;
  },
  async run(ctx) {
    const { ports, policy, plan, run, hop, hopIndex } = ctx;
    // A drain may have lasted a day: what died meanwhile is prepared again before anything is lost by it.
    await prepareNodes(ctx);
    await pauseBeforeOutage(ctx);
    await requireWindow(ctx);
    await keepFenced(ctx);
    await requireTerminable(ctx);
    // A prepared node is attached at zero without another update: the group has room for it from here on.
    const room = preparedCount(ctx) > 0 ? ROOM_FOR_ONE : {};
    await requireOnlyScaling(ctx, { nodeCount: 0, ...room });
    // The update to one is previewed here as well: the service still answers, and in the outage every second counts.
    const activeTemplateVersion = stagedVersion(ctx);
    const path = pathWithPin(ports.tfe, hop.release, packagingAfter(plan));
    if (activeTemplateVersion !== undefined)
      await requireOnlyScaling(ctx, { nodeCount: 1, activeTemplateVersion, ...path });
    // What is announced must be going to happen: proven here, and again right before every attempt.
    const stillDrained = (): Promise<void> => proveStillDrained(ctx, async () => (await nodesToGo(ctx)).atWork);
    await stillDrained();
    await run.hold(policy.lease.ttlMs);
    const going = alive(await ports.fleet.describe()).map((i) => i.id);
    await run.record({ event: "zero.asked", hop: hopIndex, instances: going });
    const lastCheck = async (): Promise<void> => {
      await stillDrained();
      await retireNodes(ctx, (await nodesToGo(ctx)).all);
    };
    await askForZero(ctx, { more: room, lastCheck });
    // What a release demands of silence passes beside the attaching of a prepared node.
    await awaitZero(ctx, preparedCount(ctx) > 0 ? "later" : "now");
  },
};

/** Somebody may have protected a node since preflight: then it would stay, drained, in an outage without an end. */
async function requireTerminable(ctx: StepContext): Promise<void> {
  const fleet = await ctx.ports.fleet.describe();
  const isGoing = (node: Instance): boolean => ctx.plan.adoption === undefined || !isInNewGroup(ctx, node);
  const kept = notTerminable(oldGroup(ctx, fleet), alive(fleet).filter(isGoing));
  if (kept) throw new RepaveError("WORLD_CHANGED", `${kept.failure}: ${kept.remedy}`);
}

interface NodesToGo {
  readonly all: readonly Instance[];
  /** Those that run the application. */
  readonly atWork: readonly Instance[];
}

/** The nodes that zero terminates. Each of those at work was proven drained in this hop. */
async function nodesToGo(ctx: StepContext): Promise<NodesToGo> {
  const { drained } = hopRecord(ctx.run.state, ctx.hopIndex);
  const fleet = await ctx.ports.fleet.describe();
  const all = oldInstances(ctx, fleet).filter((i) => !isLeaving(i));
  const still = await standingStill(ctx, all);
  const atWork = all.filter((node) => !still.includes(node));
  const undrained = atWork.find(({ id }) => !drained.includes(id));
  if (undrained) throw new RepaveError("NOT_DRAINED", describeInstance(undrained));
  const early = newInstances(ctx, fleet);
  if (early.length > 0) {
    throw new RepaveError(
      "WORLD_CHANGED",
      `${early.map(describeInstance).join(", ")} of the new build runs beside the old build`,
    );
  }
  return { all, atWork };
}
