import { asRepaveError, RepaveError } from "../../domain/errors";
import { alive, type Fleet, type Instance } from "../../domain/fleet";
import { hopRecord } from "../../domain/journal";
import type { LastCheck } from "../../ports/lastCheck";
import type { StepContext } from "../../run/context";
import { waitFor } from "../../run/wait";
import { factsOf, isLeaving, newInstances } from "../instances";
import { askPrepared, preparedNodes, preparedRecord } from "./preparing";
import { address } from "../sight";

/** Nodes in the group that were prepared for this hop and not told to start, as far as the journal says: they do nothing. */
export const untold = (ctx: StepContext, fleet: Fleet): readonly Instance[] =>
  newInstances(ctx, fleet).filter((node) => {
    const { launchedAt, toldAt } = preparedRecord(ctx, node.id);
    return launchedAt !== undefined && toldAt === undefined && !isLeaving(node);
  });

/**
 * The prepared node that comes next, in the group already or outside of it; undefined: there is none that can be used. It is not asked
 * again: that it was prepared is proven, and a node that is not says so when it is told to start.
 */
export async function nextPrepared(ctx: StepContext, fleet: Fleet): Promise<string | undefined> {
  const isUseful = (id: string): boolean => {
    const { readyAt, isDropped } = preparedRecord(ctx, id);
    return readyAt !== undefined && isDropped !== true;
  };
  const [inGroup] = untold(ctx, fleet).filter(({ id }) => isUseful(id));
  if (inGroup) return inGroup.id;
  const outside = await preparedNodes(ctx);
  return outside.find(({ id, state }) => state === "running" && isUseful(id))?.id;
}

/** Attaches the node, unless the group has it. Returns whether it is in the group: what AWS refuses is said, and another way is found. */
export async function attach(ctx: StepContext, fleet: Fleet, id: string): Promise<boolean> {
  const { ports, policy, run, hopIndex } = ctx;
  if (newInstances(ctx, fleet).some((node) => node.id === id)) return true;
  await run.hold(policy.lease.ttlMs);
  await run.record({ event: "prepared.attached", hop: hopIndex, instanceId: id });
  try {
    await ports.preparedNodes.attach(id);
    return true;
  } catch (thrown) {
    const error = asRepaveError(thrown);
    if (error.code !== "AWS_REFUSED") throw error;
    await run.record({ event: "prepared.dropped", hop: hopIndex, instanceId: id, why: error.detail });
    return false;
  }
}

/**
 * Tells an attached node to start, and sees that it heard it. Its first start runs the migrations. `lastCheck` precedes each attempt.
 * Undefined: it is of no use, because it is dead, or says itself that it has not started: see `replaceUseless`. Throws
 * `NODE_UNREACHABLE` where it is not known whether it starts.
 */
export async function tellToStart(ctx: StepContext, id: string, lastCheck: LastCheck): Promise<Instance | undefined> {
  const { ports, policy, run, hopIndex, signal } = ctx;
  const { clock } = ports;
  let why = "it does not answer";
  const node: { says: "unknown" | "not started" } = { says: "unknown" };
  const late = (): RepaveError => new RepaveError("NODE_UNREACHABLE", `${id} was told to start: ${why}`);
  const drop = (because: string): Promise<void> =>
    run.record({ event: "prepared.dropped", hop: hopIndex, instanceId: id, why: because });
  const attempt = async (): Promise<Instance | "dead" | undefined> => {
    await lastCheck();
    const seen = alive(await ports.fleet.describe()).find((each) => each.id === id);
    if (!seen || isLeaving(seen)) return "dead";
    await run.record({ event: "prepared.told", hop: hopIndex, instanceId: id, at: clock.now() });
    try {
      await ports.tfe.startPrepared(address(seen));
    } catch (thrown) {
      const error = asRepaveError(thrown);
      if (!error.code.startsWith("NODE_")) throw error;
      why = error.detail;
    }
    const found = await askPrepared(ctx, seen);
    if (found.phase === "started") return seen;
    node.says = found.phase === "silent" ? "unknown" : "not started";
    return undefined;
  };
  try {
    const told = await waitFor(clock, { pollMs: 1000, timeoutMs: policy.prepare.tellMs, signal, late }, attempt);
    if (told !== "dead") {
      await run.record({ event: "node.launched", hop: hopIndex, node: factsOf(told) });
      return told;
    }
    await drop("it died before it had started");
  } catch (error) {
    if (asRepaveError(error).code !== "NODE_UNREACHABLE" || node.says === "unknown") throw error;
    // It says itself that it has not started, so that nothing can be broken off.
    await drop(`it does not start when it is told: ${why}`);
  }
  return undefined;
}

/** Has the group replace attached nodes that are of no use. To be called once it launches the new build. */
export async function replaceUseless(ctx: StepContext): Promise<void> {
  if (preparedIds(ctx).length === 0) return;
  const useless = newInstances(ctx, await ctx.ports.fleet.describe()).filter(
    (node) => preparedRecord(ctx, node.id).isDropped === true && !isLeaving(node),
  );
  for (const { id } of useless) await ctx.ports.fleet.replace(id);
}

/** Every node that was prepared for this hop: none of them is one that the group launches. */
export const preparedIds = ({ run, hopIndex }: StepContext): readonly string[] =>
  Object.keys(hopRecord(run.state, hopIndex).prepared ?? {});
