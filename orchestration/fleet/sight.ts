import { RepaveError } from "../domain/errors";
import type { Fleet, Instance } from "../domain/fleet";
import { attempt, type NodeSight } from "../domain/health";
import type { NodeAddress } from "../ports/nodeShell";
import type { Tfe } from "../ports/tfe";

/** The node's address. An instance without one cannot be reached yet. */
export function address(instance: Instance): NodeAddress {
  if (instance.privateIp === undefined) {
    throw new RepaveError("NODE_UNREACHABLE", `${instance.id} has no address (${instance.state})`);
  }
  const { id: instanceId, privateIp, packaging } = instance;
  return { instanceId, privateIp, ...(packaging === undefined ? {} : { packaging }) };
}

/** Reads everything about one node at once. */
export async function lookAt(tfe: Tfe, fleet: Fleet, instanceId: string): Promise<NodeSight> {
  const instance = fleet.instances.find((i) => i.id === instanceId);
  const node = await attempt(() => {
    if (!instance) throw new RepaveError("NODE_UNREACHABLE", `${instanceId} does not exist`);
    return Promise.resolve(address(instance));
  });
  return { instance, answers: await tfe.observe(node) };
}
