import { acceptedIn, unexpected } from "../../domain/changes";
import { RepaveError } from "../../domain/errors";
import { hopRecord } from "../../domain/journal";
import { movesBack, packagingAfter } from "../../domain/plan";
import { nodesToAsk } from "../../fleet/ask";
import { observeFleet } from "../../fleet/observe";
import type { Build } from "../../ports/stack";
import type { StepContext } from "../../run/context";
import { hopBuild, isBehind } from "../../fleet/instances";
import { done, PENDING, type StepBody } from "../step";

/**
 * Writes the new build into the stack: a new template version exists afterwards and no node changes, since the group stays
 * pinned to the number it has.
 */
export const stage: StepBody = {
  title: "put the new build into the launch template",
  async observe(ctx) {
    if (isBehind(ctx)) return done("this release was started");
    if (movesBack(ctx.plan)) return done("the former group launches what it launched before");
    const { templateVersion: version, digest } = hopRecord(ctx.run.state, ctx.hopIndex);
    if (version === undefined) return PENDING;
    const outputs = await ctx.ports.stack.outputs();
    return outputs?.latestTemplateVersion === version &&
      outputs.release === ctx.hop.release &&
      outputs.image === ctx.hop.image &&
      outputs.packaging === (packagingAfter(ctx.plan) ?? outputs.packaging) &&
      (digest === undefined || outputs.digest === digest)
      ? done(`template version ${version}`)
      : PENDING;
  },
  async run(ctx) {
    const { ports, plan, run, hopIndex } = ctx;
    await writeSecrets(ctx);
    const change = await newBuild(ctx);
    const refused = unexpected(
      await ports.stack.preview(change),
      plan.move ? ports.stack.allowed.move : ports.stack.allowed.stage,
      acceptedIn(run.state.overrides),
    );
    if (refused.length > 0) throw new RepaveError("UNEXPECTED_CHANGES", refused.join("; "));
    await run.hold(ctx.policy.lease.ttlMs);
    const changes = (await ports.stack.apply(change)).map(({ name, type, op, properties }) => ({
      name,
      type,
      op,
      properties,
    }));
    const outputs = await ports.stack.outputs();
    if (!outputs) throw new RepaveError("STACK_NOT_BUILT", ctx.plan.stack);
    const { group } = await ports.fleet.describe();
    // A group that has no node yet may be pinned to the build that it is about to launch.
    const isPinned = String(outputs.latestTemplateVersion) === group.templateVersion;
    if (isPinned && !(plan.adoption && group.desired === 0)) {
      throw new RepaveError(
        "WORLD_CHANGED",
        `the group is already pinned to version ${group.templateVersion} of the template`,
      );
    }
    await run.record({ event: "stage.built", hop: hopIndex, templateVersion: outputs.latestTemplateVersion, changes });
  },
};

/** The hop's build, with the group's pin as an explicit number: it stays explicit from the first repave on. */
async function newBuild({ ports, plan, run, hop, hopIndex }: StepContext): Promise<Build> {
  const { group } = await ports.fleet.describe();
  const pinned = Number(group.templateVersion);
  if (!Number.isInteger(pinned)) {
    throw new RepaveError(
      "UNEXPECTED_CHANGES",
      `the group launches ${group.templateVersion}, not a version number, so a replaced node could be a different build`,
    );
  }
  return { ...hopBuild(plan, hop, hopRecord(run.state, hopIndex)), activeTemplateVersion: pinned };
}

/** In a move: a running node writes its secret settings where the new ones read them. The values pass nobody else. */
async function writeSecrets({ ports, policy, plan, run, hopIndex }: StepContext): Promise<void> {
  const { move } = plan;
  // The old settings secret was never changed: on the way back it is read again.
  if (!move || move.undoes !== undefined || hopRecord(run.state, hopIndex).secretArn !== undefined) return;
  const [node] = nodesToAsk(await observeFleet(ports));
  if (!node) throw new RepaveError("NODE_UNREACHABLE", "no node is running that could write its secret settings");
  await run.hold(policy.lease.ttlMs);
  const secretArn = await ports.moving.handOver(node, move);
  await run.record({ event: "secrets.written", hop: hopIndex, instanceId: node.instanceId, secretArn });
}
