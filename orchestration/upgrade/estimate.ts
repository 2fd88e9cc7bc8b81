import { type Forecast, forecastFrom } from "../domain/forecast";
import { fold, type RunState } from "../domain/journal";
import { measureOutage } from "../domain/outage";
import type { RunStore } from "../ports/runStore";
import { STEPS } from "./steps";

/** What runs of this stack took, in seconds a hop; undefined: none has finished yet. */
export interface Estimate {
  readonly runs: number;
  readonly nodeBuildSeconds: number;
  /** By step id; those outside the hops once a run. */
  readonly stepSeconds: Readonly<Record<string, number>>;
}

/** Older runs say little of the stack as it is, and each costs the reading of its journal. */
const MOST_RUNS = 20;

/** The newest runs of the stack, oldest first. */
async function pastRuns(store: RunStore): Promise<readonly RunState[]> {
  const runs = (await store.list()).slice(-MOST_RUNS);
  return Promise.all(runs.map(async ({ runId }) => fold(await store.journal(runId))));
}

/** How long a run may take, for whoever has to have it over by a certain time. */
export const forecast = async (store: RunStore): Promise<Forecast> => forecastFrom(await pastRuns(store));

/** The slowest of the past runs, a hop: who plans a window wants to know how long it may take, not how long it took on average. */
export async function estimate(store: RunStore): Promise<Estimate | undefined> {
  const states = await pastRuns(store);
  const finished = states.filter((state) => state.finished?.outcome === "done");
  if (finished.length === 0) return undefined;
  const slowest = (seconds: (state: RunState) => number): number =>
    Math.max(...finished.map((state) => Math.round(seconds(state) / Math.max(1, Object.keys(state.hops).length))));
  const slowestStep = ({ id, scope }: (typeof STEPS)[number]): [string, number] => {
    const of = (state: RunState): number => state.stepSeconds[id] ?? 0;
    return [id, scope === "hop" ? slowest(of) : Math.round(Math.max(...finished.map(of)))];
  };
  return {
    runs: finished.length,
    nodeBuildSeconds: slowest((state) => measureOutage(state).nodeBuildSeconds),
    stepSeconds: Object.fromEntries(STEPS.map(slowestStep)),
  };
}
