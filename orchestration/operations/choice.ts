import { RepaveError } from "../domain/errors";
import type { FleetSeen, NodeSeen } from "../fleet/observe";
import { isLeaving } from "../fleet/instances";

/** Returns the named nodes, or all nodes that stay. Throws `USAGE` if one does not exist. */
export function chosen({ nodes }: Pick<FleetSeen, "nodes">, ids: readonly string[] | undefined): readonly NodeSeen[] {
  const staying = nodes.filter(({ instance }) => !isLeaving(instance));
  if (ids === undefined || ids.length === 0) {
    if (staying.length === 0) throw new RepaveError("NODE_NOT_READY", "there are no nodes");
    return staying;
  }
  return [...new Set(ids)].map((id) => named(staying, id, ({ instance }) => instance.id));
}

/** Returns the node with this id. Throws `USAGE` with the ids of the existing nodes. */
export function named<T>(there: readonly T[], id: string, idOf: (node: T) => string): T {
  const found = there.find((node) => idOf(node) === id);
  if (found !== undefined) return found;
  const known = there.map(idOf).join(", ");
  throw new RepaveError("USAGE", `--node ${id}: no such node. Nodes: ${known || "none"}`);
}

export const namesOf = (nodes: readonly NodeSeen[]): string => nodes.map(({ instance }) => instance.id).join(", ");
