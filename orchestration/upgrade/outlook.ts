import type { RunOutlook } from "../domain/events";
import { expectationOf, expectedSteps, NO_HISTORY } from "../domain/forecast";
import type { RunIntent } from "../domain/start/intent";
import { pastPointOfNoReturn, type RunState } from "../domain/journal";
import { measureOutage } from "../domain/outage";
import type { Place } from "../domain/start/place";
import type { Plan } from "../domain/plan";
import { stepFacts } from "../domain/steps";
import type { RunStore } from "../ports/runStore";
import { finalNodes } from "./left";
import { forecast as pastForecast } from "../run/pastRuns";
import type { FleetSeen } from "../fleet/observe";

/** What a start means, for whoever is asked to agree to it. */
export async function intent(store: RunStore, plan: Plan, place: Place, state: RunState): Promise<RunIntent> {
  const past = await pastForecast(store).catch(() => NO_HISTORY);
  const forecast = expectationOf(past, plan);
  return {
    event: "run.intent",
    stack: plan.stack,
    ...place,
    plan,
    pastRuns: past.runs,
    expectedSeconds: forecast.expectedSeconds,
    expectedOutageSeconds: forecast.outageSeconds,
    forecast,
    pastPointOfNoReturn: pastPointOfNoReturn(state),
  };
}

/** What to expect of a run, for whoever watches it. If earlier runs cannot be read, the run starts all the same. */
export async function outlook(store: RunStore, plan: Plan, seen: FleetSeen, state: RunState): Promise<RunOutlook> {
  const past = await pastForecast(store).catch(() => NO_HISTORY);
  const isKnown = past.runs > 0;
  return {
    event: "run.outlook",
    pastRuns: past.runs,
    forecast: expectationOf(past, plan),
    steps: expectedSteps(past, plan).map(({ step, hop, seconds }) => ({
      step,
      hop,
      scope: stepFacts(step).scope,
      expectedSeconds: isKnown ? seconds : null,
      forecastSeconds: seconds,
    })),
    nodeBuildSeconds: isKnown ? past.hopBuildSeconds : null,
    nodes: finalNodes(seen),
    outageSeconds: measureOutage(state).outageSeconds,
    outageSince: state.outageSince ?? null,
    drainBegun: state.drainBegun,
    pastPointOfNoReturn: pastPointOfNoReturn(state),
  };
}
