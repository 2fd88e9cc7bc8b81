import { RepaveError } from "../domain/errors";
import { alive, type Fleet } from "../domain/fleet";
import type { StackState } from "../ports/stack";
import type { Ports } from "../run/context";
import { byWhatItRuns, lookAtNodes, type NodeSeen } from "./health";

export type { NodeSeen } from "./health";

export interface FleetSeen {
  readonly outputs: StackState;
  readonly fleet: Fleet;
  readonly nodes: readonly NodeSeen[];
}

/** Observes stack, group and nodes. Throws `STACK_NOT_BUILT`. */
export async function observeFleet(ports: Pick<Ports, "stack" | "fleet" | "tfe">): Promise<FleetSeen> {
  const [outputs, fleet] = await Promise.all([ports.stack.outputs(), ports.fleet.describe()]);
  if (!outputs) throw new RepaveError("STACK_NOT_BUILT", "it has no outputs");
  return { outputs, fleet, nodes: await lookAtNodes(ports, fleet, alive(fleet), byWhatItRuns) };
}
