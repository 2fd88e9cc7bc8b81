import type { LeaseRecord } from "../../infra/contract";
import { RepaveError } from "../domain/errors";
import { type Forecast, forecastFrom } from "../domain/forecast";
import { fold, type JournalEntry, nextSeq, type RunState } from "../domain/journal";
import type { RunRecord, RunStore, UnreadableRun } from "../ports/runStore";

/** Older runs say little about the current stack, and each costs reading its journal. */
const MOST_RUNS = 20;

/** A run with its journal. */
export interface JournaledRun {
  readonly record: RunRecord;
  readonly entries: readonly JournalEntry[];
}

/** The runs of a store, oldest first. `lease`: as it was before their journals were read. */
export interface StoredRuns {
  readonly runs: readonly JournaledRun[];
  readonly unreadable: readonly UnreadableRun[];
  readonly lease: LeaseRecord | undefined;
}

/** Reads the newest runs with their journals, and says which of them cannot be read. */
export async function readRuns(store: RunStore, most = Infinity): Promise<StoredRuns> {
  const [all, unreadable, lease] = await Promise.all([store.list(), store.unreadable(), heldLease(store)]);
  const read = await Promise.all(all.slice(-most).map((record) => readRun(store, record, lease)));
  const damaged = read.flatMap((each) => ("why" in each ? [each] : []));
  return {
    runs: read.flatMap((each) => ("why" in each ? [] : [each])),
    unreadable: [...unreadable, ...damaged].sort((a, b) => a.createdAt - b.createdAt),
    lease,
  };
}

/**
 * Reads one run of a store, or why it cannot be read. `lease`: read before the journal. The lease counts the entries that the journal had
 * when it was renewed. A shorter journal has lost its last entries, which may say that a node was drained.
 */
export async function readRun(
  store: Pick<RunStore, "journal">,
  record: RunRecord,
  lease: LeaseRecord | undefined,
): Promise<JournaledRun | UnreadableRun> {
  const { runId, createdAt } = record;
  try {
    const entries = await store.journal(runId);
    const counted = lease?.runId === runId ? (lease.entries ?? 0) : 0;
    if (nextSeq(entries) >= counted) return { record, entries };
    const why = `its journal ends before entry ${nextSeq(entries)}, and its lease was renewed after entry ${counted - 1}`;
    return { runId, createdAt, why: `${why}: the end of the journal is missing` };
  } catch (thrown) {
    return { runId, createdAt, why: unreadableWhy(thrown) };
  }
}

/** Returns the lease. Undefined: nobody holds it, or it cannot be read, which other readers report. */
export const heldLease = (store: RunStore): Promise<LeaseRecord | undefined> =>
  store.lease().catch((thrown: unknown) => {
    unreadableWhy(thrown);
    return undefined;
  });

/** Why content of the store cannot be read. Throws again what is not about the content. */
export function unreadableWhy(thrown: unknown): string {
  if (thrown instanceof RepaveError && thrown.code === "RUN_STORE_UNREADABLE") return thrown.detail;
  throw thrown;
}

/** Returns the newest runs of the stack, oldest first. Those that cannot be read are left out. */
export async function pastRuns(store: RunStore): Promise<readonly RunState[]> {
  return (await readRuns(store, MOST_RUNS)).runs.map(({ entries }) => fold(entries));
}

/** The forecast as it was at the start of a run: from the runs before it. */
export async function forecastBefore(store: RunStore, runId: string): Promise<Forecast> {
  const { runs } = await readRuns(store, MOST_RUNS + 1);
  const at = runs.findIndex(({ record }) => record.runId === runId);
  return forecastFrom(runs.slice(0, at < 0 ? runs.length : at).map(({ entries }) => fold(entries)));
}

/** Estimates how long a run may take, for an operator who has to finish in time. */
export const forecast = async (store: RunStore): Promise<Forecast> => forecastFrom(await pastRuns(store));
