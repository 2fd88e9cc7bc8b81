import { RepaveError } from "../domain/errors";
import { fold, isOver, type JournalEntry } from "../domain/journal";
import type { RunRecord, RunStore, UnreadableRun } from "../ports/runStore";

/** A run with its journal. */
export interface Unfinished {
  readonly record: RunRecord;
  readonly entries: readonly JournalEntry[];
}

/** Returns the newest run if it is unfinished. Throws as `newestRun` does. */
export async function findUnfinished(store: RunStore): Promise<Unfinished | undefined> {
  const newest = await newestRun(store);
  return newest && !isOver(fold(newest.entries)) ? newest : undefined;
}

/**
 * Returns the newest run, other than `own`. Throws `RUN_STORE_UNREADABLE`, with the way out, if that one cannot be read, since it may be
 * unfinished. An older one that is damaged is in nobody's way.
 */
export async function newestRun(store: RunStore, own?: string): Promise<Unfinished | undefined> {
  const [runs, damaged] = await Promise.all([store.list(), store.unreadable()]);
  const record = runs.filter(({ runId }) => runId !== own).at(-1);
  const inTheWay = damaged.length === 0 ? undefined : await perhapsUnfinished(store, damaged, record);
  if (inTheWay) throw refusal(store, inTheWay.runId, inTheWay.why);
  return record && { record, entries: await journalOf(store, record.runId) };
}

/** The damaged run that is newer than all others, or that the lease names: what is left of a run that stopped. */
async function perhapsUnfinished(
  store: RunStore,
  damaged: readonly UnreadableRun[],
  newest: RunRecord | undefined,
): Promise<UnreadableRun | undefined> {
  const last = damaged.at(-1);
  if (last && last.createdAt >= (newest?.createdAt ?? 0)) return last;
  const lease = await store.lease();
  return damaged.find(({ runId }) => runId === lease?.runId);
}

async function journalOf(store: RunStore, runId: string): Promise<readonly JournalEntry[]> {
  try {
    return await store.journal(runId);
  } catch (thrown) {
    if (!(thrown instanceof RepaveError) || thrown.code !== "RUN_STORE_UNREADABLE") throw thrown;
    throw refusal(store, runId, thrown.detail);
  }
}

const refusal = (store: RunStore, runId: string, why: string): RepaveError =>
  new RepaveError(
    "RUN_STORE_UNREADABLE",
    `${runId}, which may be unfinished: ${why}. Once \`status\` shows that no run is alive, set it aside: ${store.setAside(runId)}`,
  );
