import { fold, isOver, type JournalEntry } from "../domain/journal";
import type { RunRecord, RunStore } from "../ports/runStore";

/** An unfinished run with its journal. */
export interface Unfinished {
  readonly record: RunRecord;
  readonly entries: readonly JournalEntry[];
}

/** Returns the newest run if it is unfinished. */
export async function findUnfinished(store: RunStore): Promise<Unfinished | undefined> {
  const record = (await store.list()).at(-1);
  if (!record) return undefined;
  const entries = await store.journal(record.runId);
  return isOver(fold(entries)) ? undefined : { record, entries };
}
