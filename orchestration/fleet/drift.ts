import { differing, lostWith, type NodeSettings } from "../domain/settings";
import type { Ports } from "../run/context";
import type { FleetSeen, NodeSeen } from "./observe";
import { address } from "./sight";

/** The settings of a node as they are. */
export const exported = async (
  { tfe }: Pick<Ports, "tfe">,
  { instance }: NodeSeen,
): Promise<Pick<NodeSettings, "instanceId" | "now">> => ({
  instanceId: instance.id,
  now: await tfe.settings(address(instance)),
});

/** The settings of every node, as they are and as they were built. */
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
 * What a new build would lose of the settings, in words. Names keys, never values: some settings are secrets.
 * A value that only the stack's file has is no drift: it is how a setting is changed.
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
