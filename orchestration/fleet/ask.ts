import type { NodeAddress } from "../ports/nodeShell";
import type { NodeSeen } from "./health";
import { isLeaving } from "./instances";
import { address } from "./sight";

/** The running nodes that can be asked, a healthy one first. */
export function nodesToAsk({ nodes }: { readonly nodes: readonly NodeSeen[] }): readonly NodeAddress[] {
  return [...nodes]
    .filter(({ instance }) => instance.state === "running" && !isLeaving(instance))
    .sort((a, b) => Number(b.healthy) - Number(a.healthy))
    .map(({ instance }) => address(instance));
}
