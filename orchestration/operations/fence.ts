import { fold } from "../domain/journal";
import type { RunStore } from "../ports/runStore";
import type { NodeContext } from "../run/context";
import { raiseFence, restoreFence } from "../fleet/fencing";
import { observeFleet } from "../fleet/observe";

/**
 * Suspends the group's own processes: it takes a node whose application is stopped for one to replace. What an operation before
 * this one found and has not put back is what is put back in the end.
 */
export async function raise(ctx: NodeContext): Promise<void> {
  const { ports, run } = ctx;
  const left = await leftByOperation(ports.store, run.id);
  if (!left) return raiseFence(ctx);
  await run.record({ event: "fence.found", suspended: left.found });
  await ports.fleet.fence();
}

/** The newest operation, if it ended, or died, with the processes suspended, and what it had found so. `own` is not counted. */
export async function leftByOperation(
  journals: RunStore,
  own?: string,
): Promise<{ readonly runId: string; readonly found: readonly string[] } | undefined> {
  const before = (await journals.list()).filter(({ runId }) => runId !== own).at(-1);
  if (!before) return undefined;
  const { foundSuspended: found, fenceRestored } = fold(await journals.journal(before.runId));
  return fenceRestored || !found ? undefined : { runId: before.runId, found };
}

/** Puts the processes back, unless the group would then replace a node. Resolves to whether they are as they were. */
export async function lower(ctx: NodeContext): Promise<boolean> {
  const { nodes } = await observeFleet(ctx.ports);
  const ill = nodes.filter(({ healthy }) => !healthy).map(({ instance }) => instance.id);
  if (ill.length === 0) {
    await restoreFence(ctx);
    return true;
  }
  if (ctx.run.state.foundSuspended === undefined) return true;
  const text =
    `${ill.join(", ")}: not healthy, so the group's processes stay suspended, or it would replace the node; ` +
    "the next `restart` that ends well resumes them";
  ctx.run.tell({ event: "warning", text });
  return false;
}
