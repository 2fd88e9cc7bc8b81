import type { DurableEvent } from "../events";
import type { JournalEntry } from "../journal";
import { STEP_IDS } from "../steps";

type OfKind<K extends DurableEvent["event"]> = Extract<JournalEntry, { readonly event: K }>;

export const of = <K extends DurableEvent["event"]>(entries: readonly JournalEntry[], kind: K): readonly OfKind<K>[] =>
  entries.filter((entry): entry is OfKind<K> => entry.event === kind);

/** The steps up to the one that takes the lease. */
const PRELUDE: readonly string[] = STEP_IDS.slice(0, STEP_IDS.indexOf("claim") + 1);

/** What a process records before it reports that it resumes. */
function isPrelude(entry: JournalEntry): boolean {
  if ("step" in entry && entry.event !== "run.failed") return PRELUDE.includes(entry.step);
  return ["fleet.found", "checks.made", "override.used", "abort.asked"].includes(entry.event);
}

/** The entries of each process that worked on the run, in order: the first, and one for each time that it was resumed. */
export function attempts(entries: readonly JournalEntry[]): readonly (readonly JournalEntry[])[] {
  const starts = entries.flatMap((entry, index) => {
    if (entry.event !== "run.resumed") return [];
    let start = index;
    for (let before = entries[start - 1]; before && isPrelude(before); before = entries[start - 1]) start -= 1;
    return [start];
  });
  return [0, ...starts].map((start, index) => entries.slice(start, starts[index] ?? entries.length));
}

/** Times of the first and the last entry; 0 where there is none. */
export const extent = (entries: readonly JournalEntry[]): { readonly from: number; readonly to: number } =>
  entries.length === 0
    ? { from: 0, to: 0 }
    : { from: Math.min(...entries.map(({ at }) => at)), to: Math.max(...entries.map(({ at }) => at)) };
