import type { RunOutlook } from "../domain/events";
import { pastPointOfNoReturn, type RunState } from "../domain/journal";
import { measureOutage } from "../domain/outage";
import type { Plan } from "../domain/plan";
import type { RunStore } from "../ports/runStore";
import { finalNodes } from "./ending";
import { layOut } from "./walk";
import { estimate } from "./estimate";
import type { FleetSeen } from "../fleet/observe";

/** What there is to expect of a run, for whoever watches it. That the past cannot be read is no reason not to start. */
export async function outlook(store: RunStore, plan: Plan, seen: FleetSeen, state: RunState): Promise<RunOutlook> {
  const past = await estimate(store).catch(() => undefined);
  return {
    event: "run.outlook",
    pastRuns: past?.runs ?? 0,
    steps: layOut(plan).map(({ step, hopIndex }) => ({
      step: step.id,
      hop: hopIndex,
      scope: step.scope,
      expectedSeconds: past?.stepSeconds[step.id] ?? null,
    })),
    nodeBuildSeconds: past?.nodeBuildSeconds ?? null,
    nodes: finalNodes(seen),
    outageSeconds: measureOutage(state).outageSeconds,
    outageSince: state.outageSince ?? null,
    drainBegun: state.drainBegun,
    pastPointOfNoReturn: pastPointOfNoReturn(state),
  };
}
