import { RepaveError } from "../domain/errors";
import { drainNode } from "../fleet/draining";
import type { FleetSeen } from "../fleet/observe";
import { chosen, namesOf } from "./choice";
import type { Operation } from "./operation";

/** Drains the nodes one after the other, each proven drained as in an upgrade. */
export function drainOf(seen: FleetSeen, ids: readonly string[] | undefined): Operation {
  const nodes = chosen(seen, ids);
  for (const { instance, answers } of nodes) {
    if (answers.state === "started") continue;
    throw new RepaveError("NODE_NOT_READY", `${instance.id} cannot be drained: ${answers.inWords}`);
  }
  const all = nodes.length === seen.nodes.length;
  const cost = all
    ? "These are all nodes: no Terraform run starts until one of them is restarted."
    : "No Terraform run starts on a drained node until it is restarted.";
  return {
    name: "drain",
    title: `drain ${namesOf(nodes)}`,
    nodes,
    question: `${cost} Drain ${namesOf(nodes)}?`,
    async work(ctx) {
      for (const { instance } of nodes) {
        ctx.became.set(instance.id, "draining");
        if ((await drainNode(ctx, instance)) === "gone")
          throw new RepaveError("WORLD_CHANGED", `${instance.id} is gone and was not proven drained`);
        ctx.became.set(instance.id, "drained");
      }
    },
  };
}
