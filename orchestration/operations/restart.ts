import { RepaveError } from "../domain/errors";
import type { Release } from "../domain/release";
import { passGate } from "../fleet/gate";
import { observeFleet, type FleetSeen, type NodeSeen } from "../fleet/observe";
import { restartApplication } from "../fleet/restarting";
import { chosen, namesOf } from "./choice";
import type { Operation, OperationContext } from "./operation";

/** Restarts the application on the nodes, one at a time: drained first, and through the gate before the next. */
export function restartOf(seen: FleetSeen, ids: readonly string[] | undefined): Operation {
  const nodes = restartable(seen, ids);
  const cost =
    seen.nodes.length === 1
      ? "It is the only node: the service stops until it is back."
      : "One at a time, each drained first and healthy before the next.";
  return {
    name: "restart",
    title: `restart ${namesOf(nodes)}`,
    nodes,
    question: `${cost} Restart ${namesOf(nodes)}?`,
    work: (ctx) => restartEach(ctx, nodes),
  };
}

/** The nodes in the order in which they may be restarted. Throws `USAGE`, and `NODE_NOT_READY` where one must not be now. */
export function restartable(seen: FleetSeen, ids: readonly string[] | undefined): readonly NodeSeen[] {
  const nodes = unhealthyFirst(chosen(seen, ids));
  for (const node of nodes) requireRestartable(node);
  const [first] = nodes;
  if (first) requireOther(seen, first);
  return nodes;
}

/** `between` is done on each node when it has no work and before it stops. Throws `RESTART_TIMEOUT`; the nodes after are not touched. */
export async function restartEach(
  ctx: OperationContext,
  nodes: readonly NodeSeen[],
  between: (node: NodeSeen) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  for (const { instance } of nodes) {
    // The world as it is now: the node before this one took its time.
    const seen = await observeFleet(ctx.ports);
    const [node] = chosen(seen, [instance.id]);
    if (!node) continue;
    const release = requireRestartable(node);
    requireOther(seen, node);
    ctx.became.set(instance.id, "drained or about to be");
    await restartApplication(ctx, instance.id, async () => {
      await between(node);
      ctx.became.set(instance.id, "restarting");
    });
    await passGate(ctx, instance.id, release).catch((error: unknown) => {
      if (!(error instanceof RepaveError) || error.code !== "GATE_TIMEOUT") throw error;
      throw new RepaveError("RESTART_TIMEOUT", error.detail);
    });
    ctx.became.set(instance.id, "restarted and healthy");
  }
}

/** A node that does not serve is restarted before one that does. */
const unhealthyFirst = (nodes: readonly NodeSeen[]): readonly NodeSeen[] => [
  ...nodes.filter(({ healthy }) => !healthy),
  ...nodes.filter(({ healthy }) => healthy),
];

/** Its release. Throws `NODE_NOT_READY`: a node on its way up may be migrating the database. */
function requireRestartable({ instance: { id }, sight: { app }, release }: NodeSeen): Release {
  if (!app.made) throw new RepaveError("NODE_NOT_READY", `${id}: ${app.why}`);
  if (app.value.isTransitioning)
    throw new RepaveError(
      "NODE_NOT_READY",
      `${id}: its application is ${app.value.state}; it may migrate the database`,
    );
  return release ?? app.value.release;
}

/** A node that serves goes only while another one does, unless it is alone. */
function requireOther({ nodes }: FleetSeen, { instance: { id }, healthy }: NodeSeen): void {
  const others = nodes.filter(({ instance }) => instance.id !== id);
  if (!healthy || others.length === 0 || others.some((other) => other.healthy)) return;
  throw new RepaveError("NODE_NOT_READY", `${id} is the only node that is healthy: without it the service would stop`);
}
