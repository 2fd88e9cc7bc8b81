import { RepaveError } from "../domain/errors";
import type { Fleet, Instance } from "../domain/fleet";
import type { Attempt, NodeSight } from "../domain/health";
import type { NodeAddress } from "../ports/nodeShell";
import type { Tfe } from "../ports/tfe";

/** The node's address; an instance that has none yet cannot be asked. */
export function address(instance: Instance): NodeAddress {
  if (instance.privateIp === undefined) {
    throw new RepaveError("NODE_UNREACHABLE", `${instance.id} has no address (${instance.state})`);
  }
  return { instanceId: instance.id, privateIp: instance.privateIp };
}

/** Fail-closed: whatever keeps a check from being made becomes its result. */
async function attempt<T>(check: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { made: true, value: await check() };
  } catch (error) {
    return { made: false, why: error instanceof RepaveError ? error.detail : String(error) };
  }
}

/** Looks at one node from every side at once. */
export async function lookAt(tfe: Tfe, fleet: Fleet, instanceId: string): Promise<NodeSight> {
  const instance = fleet.instances.find((i) => i.id === instanceId);
  const ask = <T>(check: (node: NodeAddress) => Promise<T>): Promise<Attempt<T>> =>
    attempt(async () => {
      if (!instance) throw new RepaveError("NODE_UNREACHABLE", `${instanceId} does not exist`);
      return check(address(instance));
    });
  const [system, app, health, self] = await Promise.all([
    ask((node) => tfe.systemStatus(node)),
    ask((node) => tfe.appStatus(node)),
    ask((node) => tfe.healthCheck(node)),
    ask((node) => tfe.selfCheck(node)),
  ]);
  return { instance, system, app, health, self };
}
