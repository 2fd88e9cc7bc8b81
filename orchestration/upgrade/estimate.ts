import type { RunState } from "../domain/journal";
import { measureOutage } from "../domain/outage";
import type { RunStore } from "../ports/runStore";
import { pastRuns } from "../run/pastRuns";
import { STEPS } from "./steps";

/** What runs of this stack took, in seconds a hop; undefined: none has finished yet. */
export interface Estimate {
  readonly runs: number;
  readonly nodeBuildSeconds: number;
  /** By step id; those outside the hops once a run. */
  readonly stepSeconds: Readonly<Record<string, number>>;
}

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
