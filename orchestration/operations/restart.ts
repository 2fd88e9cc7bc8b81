import { type ErrorCode, RepaveError } from "../domain/errors";
import type { Release } from "../domain/release";
import { observeFleet, type FleetSeen, type NodeSeen } from "../fleet/observe";
import { restartApplication } from "../fleet/restarting";
import { chosen, namesOf } from "./choice";
import type { Operation, OperationContext } from "./operation";

/** Restarts the application on the nodes one at a time: each is drained first and passes the gate before the next. */
export function restartOf(seen: FleetSeen, ids: readonly string[] | undefined): Operation {
  const nodes = restartable(seen, ids);
  const cost =
    seen.nodes.length === 1
      ? "It is the only node: the service is down until it is back."
      : "One node at a time: drain, restart, wait until healthy.";
  return {
    name: "restart",
    title: `restart ${namesOf(nodes)}`,
    nodes,
    question: `${cost} Restart ${namesOf(nodes)}?`,
    work: (ctx) => restartEach(ctx, nodes),
  };
}

/**
 * Returns the nodes in the order in which they may be restarted. Throws `USAGE`, and `NODE_NOT_READY` if one must not be
 * restarted now.
 */
export function restartable(seen: FleetSeen, ids: readonly string[] | undefined): readonly NodeSeen[] {
  const nodes = unhealthyFirst(chosen(seen, ids));
  for (const node of nodes) requireRestartable(node);
  const [first] = nodes;
  if (first) requireOther(seen, first);
  return nodes;
}

/** The node was started, and is not healthy. */
const AT_THE_GATE: readonly ErrorCode[] = ["GATE_TIMEOUT", "STARTUP_FAILED"];

/** `between` runs on each node when it has no work, before it stops. Throws `RESTART_TIMEOUT`; later nodes are not touched. */
export async function restartEach(
  ctx: OperationContext,
  nodes: readonly NodeSeen[],
  between: (node: NodeSeen) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  for (const { instance } of nodes) {
    // Observed again: the previous node took its time.
    const seen = await observeFleet(ctx.ports);
    const [node] = chosen(seen, [instance.id]);
    if (!node) continue;
    const release = requireRestartable(node);
    requireOther(seen, node);
    ctx.became.set(instance.id, "drained or about to be");
    await restartApplication(ctx, instance.id, release, async () => {
      await between(node);
      ctx.became.set(instance.id, "restarting");
    }).catch((error: unknown) => {
      if (!(error instanceof RepaveError) || !AT_THE_GATE.includes(error.code)) throw error;
      throw new RepaveError("RESTART_TIMEOUT", error.detail);
    });
    ctx.became.set(instance.id, "restarted and healthy");
  }
}

/** Nodes that do not serve are restarted first. */
const unhealthyFirst = (nodes: readonly NodeSeen[]): readonly NodeSeen[] => [
  ...nodes.filter(({ healthy }) => !healthy),
  ...nodes.filter(({ healthy }) => healthy),
];

/** Returns the node's release. Throws `NODE_NOT_READY`: a node that is starting may be migrating the database. */
function requireRestartable({ instance: { id }, answers }: NodeSeen): Release {
  const { release, inTransition, inWords } = answers;
  if (release === undefined) throw new RepaveError("NODE_NOT_READY", `${id}: ${inWords}`);
  if (inTransition) throw new RepaveError("NODE_NOT_READY", `${id}: ${inWords}; it may be migrating the database`);
  return release;
}

/** A serving node is restarted only while another one serves, unless it is the only node. */
function requireOther({ nodes }: FleetSeen, { instance: { id }, healthy }: NodeSeen): void {
  const others = nodes.filter(({ instance }) => instance.id !== id);
  if (!healthy || others.length === 0 || others.some((other) => other.healthy)) return;
  throw new RepaveError("NODE_NOT_READY", `${id} is the only healthy node: without it the service would be down`);
}
