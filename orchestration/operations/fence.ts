import { fold } from "../domain/journal";
import type { RunStore } from "../ports/runStore";
import type { NodeContext } from "../run/context";
import { newestRun } from "../run/unfinished";
import { raiseFence, restoreFence } from "../fleet/fencing";
import { observeFleet } from "../fleet/observe";

/**
 * Suspends the group's own processes, because the group would replace a node whose application is stopped. What an earlier
 * operation found and did not restore is what is restored at the end.
 */
export async function raise(ctx: NodeContext): Promise<void> {
  const { ports, run } = ctx;
  const left = await leftByOperation(ports.store, run.id);
  if (!left) return raiseFence(ctx);
  await run.record({ event: "fence.found", suspended: left.found });
  await ports.fleet.fence();
}

/** Returns the newest operation, other than `own`, that ended or died with the processes suspended, and what it had found. */
export async function leftByOperation(
  journals: RunStore,
  own?: string,
): Promise<{ readonly runId: string; readonly found: readonly string[] } | undefined> {
  const before = await newestRun(journals, own);
  if (!before) return undefined;
  const { foundSuspended: found, fenceRestored } = fold(before.entries);
  return fenceRestored || !found ? undefined : { runId: before.record.runId, found };
}

/** Restores the processes, unless the group would then replace a node. Resolves to whether they are restored. */
export async function lower(ctx: NodeContext): Promise<boolean> {
  const { nodes } = await observeFleet(ctx.ports);
  const ill = nodes.filter(({ healthy }) => !healthy).map(({ instance }) => instance.id);
  if (ill.length === 0) {
    await restoreFence(ctx);
    return true;
  }
  if (ctx.run.state.foundSuspended === undefined) return true;
  const text =
    `${ill.join(", ")}: not healthy. The group's processes stay suspended, or the group would replace the node; ` +
    "the next successful `restart` resumes them";
  ctx.run.tell({ event: "warning", text });
  return false;
}
