import { differing, lostWith, type NodeSettings } from "../domain/settings";
import type { Ports } from "../run/context";
import type { FleetSeen, NodeSeen } from "./observe";
import { address } from "./sight";

/** Reads the current settings of a node. */
export const exported = async (
  { tfe }: Pick<Ports, "tfe">,
  { instance }: NodeSeen,
): Promise<Pick<NodeSettings, "instanceId" | "now">> => ({
  instanceId: instance.id,
  now: await tfe.settings(address(instance)),
});

/** Reads the settings of every node: the current ones and those it was built with. */
export function readSettings(
  ports: Pick<Ports, "tfe">,
  { nodes }: Pick<FleetSeen, "nodes">,
): Promise<readonly NodeSettings[]> {
  return Promise.all(
    nodes.map(async (node) => ({
      ...(await exported(ports, node)),
      built: await ports.tfe.builtSettings(address(node.instance)),
    })),
  );
}

/**
 * Says which settings a new build would lose. Names keys, never values: some settings are secrets.
 * A value that is only in the stack's file is not drift: that is how a setting is changed.
 */
export async function appConfigDrift(
  { ports }: { readonly ports: Pick<Ports, "tfe" | "stack"> },
  seen: FleetSeen,
): Promise<string | undefined> {
  const [nodes, kept] = await Promise.all([readSettings(ports, seen), ports.stack.appConfig()]);
  const apart = differing(nodes);
  const lost = lostWith(nodes, kept, ports.tfe.facts.settings).map(({ key, instanceId }) => `${key} on ${instanceId}`);
  const sentences = [
    ...(apart.length > 0 ? [`the nodes differ in ${apart.join(", ")}`] : []),
    ...(lost.length > 0 ? [`changed since the node was built, and not in the stack: ${lost.join(", ")}`] : []),
  ];
  return sentences.join("; ") || undefined;
}
