import { RepaveError } from "../domain/errors";
import { alive, type Fleet, type Instance } from "../domain/fleet";
import { allHeld, conditions, type NodeSight } from "../domain/health";
import type { Release } from "../domain/release";
import type { StackState } from "../ports/stack";
import type { Ports } from "../run/context";
import { lookAt } from "./sight";

/** One node as seen from every side. */
export interface NodeSeen {
  readonly instance: Instance;
  readonly sight: NodeSight;
  /** The release it runs; where it does not say, the one it was built for; undefined: neither. */
  readonly release: Release | undefined;
  readonly healthy: boolean;
}

export interface FleetSeen {
  readonly outputs: StackState;
  readonly fleet: Fleet;
  readonly nodes: readonly NodeSeen[];
}

/** Looks at stack, group and nodes. Throws `STACK_NOT_BUILT`. */
export async function observeFleet(ports: Pick<Ports, "stack" | "fleet" | "tfe">): Promise<FleetSeen> {
  const [outputs, fleet] = await Promise.all([ports.stack.outputs(), ports.fleet.describe()]);
  if (!outputs) throw new RepaveError("STACK_NOT_BUILT", "it has no outputs");
  const nodes = await Promise.all(
    alive(fleet).map(async (instance): Promise<NodeSeen> => {
      const sight = await lookAt(ports.tfe, fleet, instance.id);
      const release = sight.app.made ? sight.app.value.release : instance.release;
      const healthy = release !== undefined && allHeld(conditions(sight, release));
      return { instance, sight, release, healthy };
    }),
  );
  return { outputs, fleet, nodes };
}
