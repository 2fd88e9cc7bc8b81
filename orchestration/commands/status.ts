import { fold } from "../domain/journal";
import { releaseLabel } from "../domain/releases";
import { gapsInFence } from "../domain/fence";
import { observeFleet } from "../upgrade/observe";
import { findUnfinished } from "../upgrade/planning";
import { openTarget } from "../wiring";
import { targetOptions, type Io, type StackOptions } from "./io";
import { examples, onStack, type Verb } from "./verb";

/** `status`: the fleet, the stack, and what a run left unfinished. Always 0 when it could look. */
export async function statusCommand(options: StackOptions, io: Io): Promise<number> {
  const target = await openTarget(targetOptions(options, io));
  try {
    const { ports } = target;
    const { outputs, fleet, nodes } = await observeFleet(ports);
    const [unfinished, lease] = [await findUnfinished(ports.store), await ports.store.lease()];
    const state = unfinished && fold(unfinished.entries);
    const { group } = fleet;
    const seen = {
      event: "status",
      stack: target.stackName,
      group: { name: group.name, min: group.min, desired: group.desired, max: group.max, suspended: group.suspended },
      template: { active: group.templateVersion, latest: outputs.latestTemplateVersion },
      stackBuild: { release: outputs.releaseSequence, image: outputs.image },
      nodes: nodes.map(({ instance, release, healthy }) => ({
        instanceId: instance.id,
        state: instance.state,
        lifecycle: instance.lifecycle ?? null,
        target: instance.target,
        templateVersion: instance.templateVersion ?? null,
        image: instance.imageId,
        release: release ?? null,
        healthy,
        launchedAt: new Date(instance.launchedAt).toISOString(),
      })),
      unfinishedRun: unfinished
        ? { runId: unfinished.record.runId, step: state?.step ?? null, plan: unfinished.record.plan }
        : null,
      lease: lease ?? null,
    };
    if (options.json === true) {
      io.out(JSON.stringify(seen));
      return 0;
    }
    io.out(`stack ${seen.stack}: release ${releaseLabel(outputs.releaseSequence)}, image ${outputs.image}`);
    const staged =
      group.templateVersion === String(outputs.latestTemplateVersion)
        ? ""
        : ` (version ${outputs.latestTemplateVersion} is staged)`;
    io.out(
      `group ${group.name}: capacity ${group.min}/${group.desired}/${group.max}, template version ${group.templateVersion}${staged}`,
    );
    const fenced = gapsInFence(group.suspended).length === 0 ? "fenced" : group.suspended.join(", ");
    if (group.suspended.length > 0) io.out(`suspended processes: ${fenced}`);
    for (const node of seen.nodes) {
      const release = node.release === null ? "unknown" : releaseLabel(node.release);
      io.out(
        `  ${node.instanceId}  ${node.state}, ${node.lifecycle ?? "not in the group"}, target ${node.target}  release ${release}  ${node.healthy ? "healthy" : "not healthy"}`,
      );
    }
    if (seen.nodes.length === 0) io.out("  no node");
    if (unfinished) {
      const release = unfinished.record.plan.hops.at(-1)?.release ?? unfinished.record.plan.from.release;
      io.out(
        `run ${unfinished.record.runId} is not finished (step ${state?.step ?? "none"}); go on with: npm run upgrade -- --stack ${target.stackName} --release ${release}`,
      );
    }
    if (lease) io.out(`lease: ${lease.holder}, run ${lease.runId}, until ${new Date(lease.expiresAt).toISOString()}`);
    return 0;
  } finally {
    await target.close();
  }
}

export const statusVerb: Verb = ({ io, verb, exit }) => {
  onStack(verb("status", "Show the fleet, the stack, and what a run left unfinished."))
    .addHelpText("after", examples("npm run status -- --stack production --json"))
    .action(async (options: StackOptions) => exit(await statusCommand(options, io)));
};
