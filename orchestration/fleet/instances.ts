import type { NodeFacts } from "../domain/events";
import { alive, type Fleet, type Instance } from "../domain/fleet";
import { hopRecord } from "../domain/journal";
import type { HopRecord } from "../domain/standing/hopRecord";
import { withSettingsIn } from "../domain/move/move";
import type { Plan } from "../domain/plan";
import { movesBack, type Hop } from "../domain/plan";
import { shortName } from "../domain/release";
import type { Build } from "../ports/stack";
import type { StepContext } from "../run/context";
import { isInNewGroup } from "./groups";

/** What the stack's configuration says of a hop's build. `digest`: what the release's name was found to stand for. */
export const buildOf = ({ release, image, rebuild }: Hop, digest?: string): Build => ({
  release,
  image,
  ...(digest === undefined ? {} : { digest }),
  ...(rebuild === undefined ? {} : { rebuild }),
});

/** The build of a hop of this plan: in a move the nodes are described anew, with their secrets where a node has written them. */
export function hopBuild(
  plan: Plan,
  hop: Hop,
  { digest, secretArn }: Pick<HopRecord, "digest" | "secretArn"> = {},
): Build {
  const { move } = plan;
  return { ...buildOf(hop, digest), ...(move && { side: withSettingsIn(move.to, secretArn) }) };
}

/** The template version this hop builds from; undefined before it is staged. */
export const stagedVersion = (ctx: StepContext): number | undefined =>
  hopRecord(ctx.run.state, ctx.hopIndex).templateVersion;

/** Alive instances of any other build than this hop's: what must be drained and terminated. */
export const oldInstances = (ctx: StepContext, fleet: Fleet): readonly Instance[] =>
  awake(ctx, fleet).filter((instance) => !isNew(ctx, instance));

/** Alive instances, but those that the group terminates and whose application is proven stopped for good: nothing can run on them. */
export const awake = ({ run }: Pick<StepContext, "run">, fleet: Fleet): readonly Instance[] => {
  const isStopped = (id: string): boolean =>
    Object.values(run.state.hops).some(({ stopped }) => stopped?.[id] !== undefined);
  return alive(fleet).filter((instance) => !(isLeaving(instance) && isStopped(instance.id)));
};

/** Alive instances of this hop's build. */
export const newInstances = (ctx: StepContext, fleet: Fleet): readonly Instance[] =>
  alive(fleet).filter((instance) => isNew(ctx, instance));

/** The former group launches what it launched before: nothing is staged for it, and every node of it is of that build. */
function isNew(ctx: StepContext, instance: Instance): boolean {
  if (!isInNewGroup(ctx, instance)) return false;
  if (movesBack(ctx.plan)) return true;
  const version = stagedVersion(ctx);
  return version !== undefined && instance.templateVersion === version;
}

/** Whether it is already leaving: it needs no drain and takes no command. */
export const isLeaving = (instance: Instance): boolean =>
  instance.state === "shutting-down" || instance.place === "leaving";

/** The instance as it is now; none where it is gone or about to go. */
export async function staying({ ports }: Pick<StepContext, "ports">, id: string): Promise<readonly Instance[]> {
  const { instances } = await ports.fleet.describe();
  return instances.filter((i) => i.id === id && i.state !== "terminated" && !isLeaving(i));
}

export const factsOf = (instance: Instance): NodeFacts => ({
  instanceId: instance.id,
  templateVersion: instance.templateVersion ?? null,
  release: instance.release ?? null,
  image: instance.imageId,
  launchedAt: instance.launchedAt,
});

/** `i-0a (running, release 610)`. */
export const describeInstance = (instance: Instance): string =>
  `${instance.id} (${instance.state}, release ${instance.release === undefined ? "unknown" : shortName(instance.release)})`;

/**
 * Whether this hop is complete: its release was fully started once, so the current state belongs to a later hop.
 * The last hop is never complete: its end state is the goal of the run.
 */
export const isBehind = (ctx: StepContext): boolean =>
  ctx.hopIndex < ctx.plan.hops.length - 1 && hopRecord(ctx.run.state, ctx.hopIndex).gated.length > 0;
