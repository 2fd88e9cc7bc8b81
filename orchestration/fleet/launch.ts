import { RepaveError } from "../domain/errors";
import type { Fleet, Instance } from "../domain/fleet";
import type { StepContext } from "../run/context";
import { describeInstance, factsOf, newInstances, oldInstances } from "./instances";
import { waitFor } from "../run/wait";

/**
 * Reports a missing machine to the group: with its health checks suspended the group would not notice, and would wait for ever.
 */
async function fillGaps({ ports, run }: Pick<StepContext, "ports" | "run">, { instances }: Fleet): Promise<void> {
  for (const { id } of instances.filter((i) => i.state === "terminated" && i.place === "inService")) {
    await run.record({
      event: "warning",
      text: `${id} was terminated by someone else; the group replaces it`,
    });
    await ports.fleet.replace(id);
  }
}

/** Throws `WORLD_CHANGED` where a node of another build is alive. To count nodes of the new build alone would be to terminate that one. */
export function requireOnlyNew(ctx: StepContext, fleet: Fleet): void {
  const old = oldInstances(ctx, fleet);
  if (old.length > 0)
    throw new RepaveError("WORLD_CHANGED", `${old.map(describeInstance).join(", ")} is not of the new build`);
}

/** Waits until the group has launched a node of this hop's build that is not among `known`. Throws `LAUNCH_TIMEOUT`. */
export async function awaitLaunch(ctx: StepContext, known: readonly string[]): Promise<Instance> {
  const { ports, policy, signal } = ctx;
  const late = (): RepaveError => new RepaveError("LAUNCH_TIMEOUT", "the group launched nothing");
  const launched = await waitFor(ports.clock, { ...policy.launch, signal, late }, async () => {
    const fleet = await ports.fleet.describe();
    await fillGaps(ctx, fleet);
    requireOnlyNew(ctx, fleet);
    return newInstances(ctx, fleet).find((instance) => !known.includes(instance.id));
  });
  await ctx.run.record({ event: "node.launched", hop: ctx.hopIndex, node: factsOf(launched) });
  return launched;
}
