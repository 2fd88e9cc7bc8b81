import { RepaveError } from "../../domain/errors";
import { alive } from "../../domain/fleet";
import { hopRecord } from "../../domain/journal";
import { askForNodes, requireOnlyScaling } from "../../fleet/capacity";
import type { StepContext } from "../../run/context";
import { keepFenced } from "../../fleet/fencing";
import { awaitLaunch } from "../../fleet/launch";
import { describeInstance, isBehind, newInstances, stagedVersion } from "../../fleet/instances";
import { done, PENDING, type StepBody } from "../step";

/**
 * One stack update pins the group to the new build and asks for one node: its first start runs the migrations, so this is the
 * point of no return. From here on nothing terminates a node.
 */
export const scaleToOne: StepBody = {
  title: "build one node of the new release",
  async observe(ctx) {
    if (isBehind(ctx)) return done("this release was started");
    const [first] = newInstances(ctx, await ctx.ports.fleet.describe());
    if (!first || hopRecord(ctx.run.state, ctx.hopIndex).launched === undefined) return PENDING;
    return done(`${first.id} is of the new build`);
  },
  async run(ctx) {
    const { policy, run, hopIndex } = ctx;
    const templateVersion = stagedVersion(ctx);
    if (templateVersion === undefined) throw new RepaveError("INTERNAL", "nothing is staged for this hop");
    await requireZero(ctx);
    // `scaleToZero` has previewed this update. What another process saw may be hours old.
    if (run.state.resumed) await requireOnlyScaling(ctx, { nodeCount: 1, activeTemplateVersion: templateVersion });
    await run.hold(policy.lease.ttlMs);
    await run.record({ event: "one.asked", hop: hopIndex, templateVersion });
    await askForNodes(ctx, 1, { activeTemplateVersion: templateVersion });
    const first = await awaitLaunch(ctx, []);
    await run.record({ event: "one.launched", hop: hopIndex, instanceId: first.id, launchedAt: first.launchedAt });
    await keepFenced(ctx);
  },
};

/** Nothing of another build may be alive. A node of this hop's own build is what an earlier attempt launched. */
async function requireZero(ctx: StepContext): Promise<void> {
  const fleet = await ctx.ports.fleet.describe();
  const ours = newInstances(ctx, fleet);
  const others = alive(fleet).filter((instance) => !ours.includes(instance));
  if (others.length > 0) throw new RepaveError("NOT_ZERO", others.map(describeInstance).join(", "));
}
