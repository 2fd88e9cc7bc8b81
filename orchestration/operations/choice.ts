import { RepaveError } from "../domain/errors";
import type { FleetSeen, NodeSeen } from "../fleet/observe";
import { isLeaving } from "../fleet/instances";

/** The nodes that are meant: those that are named, else all that stay. Throws `USAGE` where one is not there. */
export function chosen({ nodes }: Pick<FleetSeen, "nodes">, ids: readonly string[] | undefined): readonly NodeSeen[] {
  const staying = nodes.filter(({ instance }) => !isLeaving(instance));
  if (ids === undefined || ids.length === 0) {
    if (staying.length === 0) throw new RepaveError("NODE_NOT_READY", "there is no node");
    return staying;
  }
  return [...new Set(ids)].map((id) => named(staying, id, ({ instance }) => instance.id));
}

/** The one of this id. Throws `USAGE`, with those that are there. */
export function named<T>(there: readonly T[], id: string, idOf: (node: T) => string): T {
  const found = there.find((node) => idOf(node) === id);
  if (found !== undefined) return found;
  const known = there.map(idOf).join(", ");
  throw new RepaveError("USAGE", `--node ${id}: there is no such node; there are ${known || "none"}`);
}

export const namesOf = (nodes: readonly NodeSeen[]): string => nodes.map(({ instance }) => instance.id).join(", ");
