import { type Forecast, forecastFrom } from "../domain/forecast";
import { fold, type RunState } from "../domain/journal";
import type { RunStore } from "../ports/runStore";

/** Older runs say little of the stack as it is, and each costs the reading of its journal. */
const MOST_RUNS = 20;

/** The newest runs of the stack, oldest first. */
export async function pastRuns(store: RunStore): Promise<readonly RunState[]> {
  const runs = (await store.list()).slice(-MOST_RUNS);
  return Promise.all(runs.map(async ({ runId }) => fold(await store.journal(runId))));
}

/** How long a run may take, for whoever has to have it over by a certain time. */
export const forecast = async (store: RunStore): Promise<Forecast> => forecastFrom(await pastRuns(store));
