import { RepaveError } from "../../domain/errors";
import { alive, type Instance } from "../../domain/fleet";
import { hopRecord } from "../../domain/journal";
import { askForNodes, requireOnlyScaling } from "../../fleet/capacity";
import type { StepContext } from "../../run/context";
import { proveStillDrained } from "../../fleet/draining";
import { keepFenced } from "../../fleet/fencing";
import {
  describeInstance,
  isBehind,
  isLeaving,
  newInstances,
  oldInstances,
  stagedVersion,
} from "../../fleet/instances";
import { done, PENDING, type StepBody } from "../step";
import { waitFor } from "../../run/wait";
import { notTerminable } from "../checks/scaling";
import { pauseBeforeOutage } from "../pause";
import { requireWindow } from "../windows";

/**
 * Sets the capacity to 0, then waits until every instance is *terminated*: "none in service" while one still shuts down is not zero,
 * and a release still running is what the next one must never meet. The pin stays on the old build until then, so that
 * whoever raises the capacity meanwhile starts an old node, never the new release beside the old.
 */
export const scaleToZero: StepBody = {
  title: "scale to zero and wait until every old node is terminated",
  async observe(ctx) {
    if (isBehind(ctx)) return done("this release was started");
    const fleet = await ctx.ports.fleet.describe();
    if (oldInstances(ctx, fleet).length > 0) return PENDING;
    if (newInstances(ctx, fleet).length > 0) return done("only nodes of the new build are alive");
    const seen = hopRecord(ctx.run.state, ctx.hopIndex).zeroSeen !== undefined;
    return seen && fleet.group.desired === 0 ? done("no node is alive") : PENDING;
  },
  async run(ctx) {
    const { ports, policy, run, hopIndex } = ctx;
    await pauseBeforeOutage(ctx);
    await requireWindow(ctx);
    await keepFenced(ctx);
    await requireTerminable(ctx);
    await requireOnlyScaling(ctx, { nodeCount: 0 });
    // The update to one is previewed here as well: the service still answers, and in the outage every second counts.
    const activeTemplateVersion = stagedVersion(ctx);
    if (activeTemplateVersion !== undefined) await requireOnlyScaling(ctx, { nodeCount: 1, activeTemplateVersion });
    // What is announced must be going to happen: proven here, and again right before every attempt.
    const stillDrained = (): Promise<void> => proveStillDrained(ctx, () => nodesToGo(ctx));
    await stillDrained();
    await run.hold(policy.lease.ttlMs);
    const going = alive(await ports.fleet.describe()).map((i) => i.id);
    await run.record({ event: "zero.asked", hop: hopIndex, instances: going });
    await askForNodes(ctx, 0, {}, stillDrained);
    await awaitZero(ctx);
  },
};

/** Somebody may have protected a node since preflight: then it would stay, drained, in an outage without an end. */
async function requireTerminable({ ports }: StepContext): Promise<void> {
  const fleet = await ports.fleet.describe();
  const kept = notTerminable(fleet.group, alive(fleet));
  if (kept) throw new RepaveError("WORLD_CHANGED", `${kept.failure}: ${kept.remedy}`);
}

/** The nodes that zero terminates, each of which was proven drained in this hop. */
async function nodesToGo(ctx: StepContext): Promise<readonly Instance[]> {
  const { drained } = hopRecord(ctx.run.state, ctx.hopIndex);
  const fleet = await ctx.ports.fleet.describe();
  const going = oldInstances(ctx, fleet).filter((i) => !isLeaving(i));
  const undrained = going.find(({ id }) => !drained.includes(id));
  if (undrained) throw new RepaveError("NOT_DRAINED", describeInstance(undrained));
  const early = newInstances(ctx, fleet);
  if (early.length > 0) {
    throw new RepaveError(
      "WORLD_CHANGED",
      `${early.map(describeInstance).join(", ")} of the new build runs beside the old build`,
    );
  }
  return going;
}

async function awaitZero(ctx: StepContext): Promise<void> {
  const { ports, policy, run, hopIndex } = ctx;
  let sightings = 0;
  let lastSeenAlive = ports.clock.now();
  let left: readonly string[] = [];
  const late = (): RepaveError => new RepaveError("NOT_ZERO", left.join(", "));
  await waitFor(ports.clock, { ...policy.zero, signal: ctx.signal, late }, async () => {
    const asked = ports.clock.now();
    const fleet = await ports.fleet.describe();
    const still = alive(fleet);
    left = still.map(describeInstance);
    if (fleet.group.desired > 0) {
      throw new RepaveError(
        "WORLD_CHANGED",
        `someone set the capacity to ${fleet.group.desired} while this run kept it at zero`,
      );
    }
    if (still.every((i) => i.state === "shutting-down") && hopRecord(run.state, hopIndex).leavingAt === undefined) {
      await run.record({ event: "zero.leaving", hop: hopIndex, at: asked });
    }
    if (still.length > 0) {
      sightings = 0;
      lastSeenAlive = asked;
      run.tell({ event: "progress", step: "scaleToZero", text: `waiting for ${left.join(", ")}` });
      return undefined;
    }
    sightings += 1;
    return sightings >= policy.zero.sightings ? true : undefined;
  });
  const at = ports.clock.now();
  // Nothing writes to the database now, so restoring to this moment loses nothing.
  if (policy.backup.databaseId !== undefined)
    await run.record({ event: "backup.mark", hop: hopIndex, pointInTime: at });
  await run.record({ event: "zero.reached", hop: hopIndex, lastSeenAlive, at });
}
