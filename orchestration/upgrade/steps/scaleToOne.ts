import { RepaveError } from "../../domain/errors";
import { hopRecord } from "../../domain/journal";
import { packagingAfter } from "../../domain/plan";
import { askForNodes, requireOnlyScaling } from "../../fleet/capacity";
import { keepFenced } from "../../fleet/fencing";
import { awaitLaunch } from "../../fleet/launch";
import { isBehind, newInstances, stagedVersion } from "../../fleet/instances";
import { pathWithPin } from "../../fleet/healthPaths";
import { requireSilence } from "../../fleet/zero";
import { done, PENDING, type StepBody } from "../step";

/**
 * One stack update pins the group to the new build, has the load balancer ask where it answers, and asks for one node. The first start
 * of that node runs the migrations, so this is the point of no return. From here on nothing terminates a node.
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
    const { ports, policy, plan, run, hop, hopIndex } = ctx;
    const templateVersion = stagedVersion(ctx);
    if (templateVersion === undefined) throw new RepaveError("INTERNAL", "nothing is staged for this hop");
    await requireSilence(ctx);
    // `scaleToZero` has previewed this update. What another process saw may be hours old.
    const change = {
      activeTemplateVersion: templateVersion,
      ...pathWithPin(ports.tfe, hop.release, packagingAfter(plan)),
    };
    if (run.state.resumed) await requireOnlyScaling(ctx, { nodeCount: 1, ...change });
    await run.hold(policy.lease.ttlMs);
    await run.record({ event: "one.asked", hop: hopIndex, templateVersion });
    await askForNodes(ctx, 1, change);
    const first = await awaitLaunch(ctx, []);
    await run.record({ event: "one.launched", hop: hopIndex, instanceId: first.id, launchedAt: first.launchedAt });
    await keepFenced(ctx);
  },
};
