import { fold, type RunState } from "../domain/journal";
import { measureOutage } from "../domain/outage";
import type { RunStore } from "../ports/runStore";

/** What runs of this stack took, in seconds a hop; undefined: none has finished yet. */
export interface Estimate {
  readonly runs: number;
  readonly outageSeconds: number;
  readonly nodeBuildSeconds: number;
  readonly drainSeconds: number;
}

/** The slowest of the past runs, a hop: who plans a window wants to know how long it may take, not how long it took on average. */
export async function estimate(store: RunStore): Promise<Estimate | undefined> {
  const states = await Promise.all((await store.list()).map(async ({ runId }) => fold(await store.journal(runId))));
  const finished = states.filter((state) => state.finished?.outcome === "done");
  if (finished.length === 0) return undefined;
  const slowest = (seconds: (state: RunState) => number): number =>
    Math.max(...finished.map((state) => Math.round(seconds(state) / Math.max(1, Object.keys(state.hops).length))));
  return {
    runs: finished.length,
    outageSeconds: slowest((state) => measureOutage(state).outageSeconds),
    nodeBuildSeconds: slowest((state) => measureOutage(state).nodeBuildSeconds),
    drainSeconds: slowest((state) => state.stepSeconds["drain"] ?? 0),
  };
}
