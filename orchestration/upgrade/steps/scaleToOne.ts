import { RepaveError } from "../../domain/errors";
import { hopRecord } from "../../domain/journal";
import { packagingAfter } from "../../domain/plan";
import type { StepContext } from "../../run/context";
import { askForFirst, requireOnlyScaling } from "../../fleet/capacity";
import { keepFenced } from "../../fleet/fencing";
import { newGroup } from "../../fleet/groups";
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
    const isBack = plan.adoption?.way === "back";
    const templateVersion = isBack ? await formerVersion(ctx) : stagedVersion(ctx);
    if (templateVersion === undefined) throw new RepaveError("INTERNAL", "nothing is staged for this hop");
    await requireSilence(ctx);
    // `scaleToZero` has previewed this update. What another process saw may be hours old.
    const change = {
      activeTemplateVersion: templateVersion,
      ...pathWithPin(ports.tfe, hop.release, packagingAfter(plan)),
    };
    if (run.state.resumed && !isBack) await requireOnlyScaling(ctx, { nodeCount: 1, ...change });
    await run.hold(policy.lease.ttlMs);
    await run.record({
      event: "one.asked",
      hop: hopIndex,
      templateVersion,
      ...(plan.adoption ? { undoable: true as const } : {}),
    });
    await askForFirst(ctx, change);
    const first = await awaitLaunch(ctx, []);
    await run.record({ event: "one.launched", hop: hopIndex, instanceId: first.id, launchedAt: first.launchedAt });
    await keepFenced(ctx);
  },
};

/** What the former group is pinned to. Whoever unpinned it meanwhile decides what it launches. */
async function formerVersion(ctx: StepContext): Promise<number> {
  const { name, templateVersion } = newGroup(ctx, await ctx.ports.fleet.describe());
  if (/^\d+$/.test(templateVersion)) return Number(templateVersion);
  throw new RepaveError("WORLD_CHANGED", `${name} launches ${templateVersion}, not the version that its nodes ran`);
}
