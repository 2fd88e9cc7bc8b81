import { RepaveError } from "../domain/errors";
import type { Instance } from "../domain/fleet";
import { allHeld, attempt, conditions, type NodeSight } from "../domain/health";
import { accepts } from "../run/accepting";
import type { StepContext } from "../run/context";
import { drainNode, proveStillDrained } from "./draining";
import { awaitLaunch } from "./launch";
import { isLeaving, newInstances, staying } from "./instances";
import { address, lookAt } from "./sight";

/** Ids of the risks that an operator may accept here. */
export const MIGRATION_MAY_RUN = "migration-may-run";

/**
 * Replaces the nodes of the new build that are not healthy, one after the other, where the operator asked for it. A node whose
 * application is started has its migrations behind it, and is drained first; of any other it is not known whether it migrates the
 * database, so it is left alone (`REBUILD_REFUSED`) unless that risk is accepted by name. A node whose application
 * starts right before it would be terminated may have taken work, and is kept (`WORLD_CHANGED`).
 */
export async function rebuildUnhealthy(ctx: StepContext): Promise<void> {
  if (!ctx.rebuildNode) return;
  const fleet = await ctx.ports.fleet.describe();
  for (const instance of newInstances(ctx, fleet).filter((i) => !isLeaving(i))) {
    const sight = await lookAt(ctx.ports.tfe, fleet, instance.id);
    if (!allHeld(conditions(sight, ctx.hop.release))) await rebuild(ctx, instance, sight);
  }
}

async function rebuild(ctx: StepContext, instance: Instance, sight: NodeSight): Promise<void> {
  const { ports, policy, run, hopIndex } = ctx;
  const isStarted = sight.answers.state === "started";
  if (isStarted) {
    if ((await drainNode(ctx, instance)) === "gone") return;
  } else {
    if (!(await accepts(ctx, MIGRATION_MAY_RUN)))
      throw new RepaveError(
        "REBUILD_REFUSED",
        `${instance.id} may be migrating the database: ${sight.answers.inWords}`,
      );
  }
  const known = newInstances(ctx, await ports.fleet.describe()).map((i) => i.id);
  await run.hold(policy.lease.ttlMs);
  await run.record({ event: "node.rebuilt", hop: hopIndex, instanceId: instance.id });
  await ports.fleet.replace(
    instance.id,
    isStarted ? () => proveStillDrained(ctx, () => staying(ctx, instance.id)) : () => requireNotStarted(ctx, instance),
  );
  const next = await awaitLaunch(ctx, known);
  await run.record({ event: "one.launched", hop: hopIndex, instanceId: next.id, launchedAt: next.launchedAt });
}

/** Throws `WORLD_CHANGED` if the application has started. A node that does not answer is covered by the accepted risk. */
async function requireNotStarted({ ports }: StepContext, instance: Instance): Promise<void> {
  const state = await attempt(() => ports.tfe.state(address(instance)));
  if (state.made && state.value === "started") {
    throw new RepaveError(
      "WORLD_CHANGED",
      `the application on ${instance.id} has started meanwhile, and may take work`,
    );
  }
}
