import { type Forecast, forecastFrom } from "../domain/forecast";
import { fold, type RunState } from "../domain/journal";
import type { RunStore } from "../ports/runStore";

/** Older runs say little about the current stack, and each costs reading its journal. */
const MOST_RUNS = 20;

/** Returns the newest runs of the stack, oldest first. */
export async function pastRuns(store: RunStore): Promise<readonly RunState[]> {
  const runs = (await store.list()).slice(-MOST_RUNS);
  return Promise.all(runs.map(async ({ runId }) => fold(await store.journal(runId))));
}

/** Estimates how long a run may take, for an operator who has to finish in time. */
export const forecast = async (store: RunStore): Promise<Forecast> => forecastFrom(await pastRuns(store));
