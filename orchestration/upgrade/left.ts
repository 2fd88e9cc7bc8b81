import type { FinalNode, RunFinished } from "../domain/events";
import type { RunState } from "../domain/journal";
import { measureOutage } from "../domain/outage";
import { isDrained } from "../domain/standing/fleet";
import type { FleetStanding } from "../domain/standing/state";
import type { PreparedNode } from "../ports/account/preparedNodes";
import { observeFleet, type FleetSeen } from "../fleet/observe";
import type { Ports } from "../run/context";
import { type Ended, readStanding } from "../run/standing";

/** The figures of a run; null: not measured. */
export function measured(
  state: RunState,
  now: number,
): Pick<RunFinished, "outageSeconds" | "nodeBuildSeconds" | "preparedSeconds" | "outageRatio" | "outageParts"> {
  const { outageSeconds, nodeBuildSeconds, preparedSeconds, outageRatio, parts } = measureOutage(state, now);
  const isBuilt = nodeBuildSeconds > 0;
  return {
    outageSeconds: state.watched ? outageSeconds : null,
    nodeBuildSeconds: isBuilt ? nodeBuildSeconds : null,
    ...(preparedSeconds > 0 ? { preparedSeconds } : {}),
    outageRatio: isBuilt && state.watched ? outageRatio : null,
    outageParts: state.watched ? parts : null,
  };
}

/** What the fleet is left in at the end of a run or an operation; what cannot be observed is left out. */
export async function leftIn(
  ports: Left & Pick<Ports, "stack" | "fleet" | "tfe" | "preparedNodes">,
  stack: string,
  ended: Ended,
): Promise<FleetLeft> {
  const seen = await observeFleet(ports).catch(() => undefined);
  const prepared = await ports.preparedNodes.list().catch(() => undefined);
  return withStanding(ports, stack, seen && finalNodes(seen), ended, prepared);
}

type Left = Pick<Ports, "clock" | "store" | "operations">;

interface FleetLeft {
  readonly nodes: readonly FinalNode[];
  readonly standing: Pick<RunFinished, "standing">;
}

export async function withStanding(
  ports: Left,
  stack: string,
  nodes: readonly FinalNode[] | undefined,
  ended?: Ended,
  prepared?: readonly PreparedNode[],
): Promise<FleetLeft> {
  const asked = { stack, now: ports.clock.now(), nodes, ended, prepared };
  const standing = await readStanding(ports, asked).catch(() => undefined);
  return { nodes: withDrained(nodes ?? [], standing), standing: standing ? { standing } : {} };
}

export function finalNodes({ nodes }: FleetSeen): readonly FinalNode[] {
  return nodes.map(({ instance, release, healthy }) => ({
    instanceId: instance.id,
    release: release ?? null,
    healthy,
  }));
}

const withDrained = (nodes: readonly FinalNode[], standing: FleetStanding | undefined): readonly FinalNode[] =>
  nodes.map((node) => (standing && isDrained(standing, node.instanceId) ? { ...node, drained: true } : node));
