import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEntry } from "../../orchestration/adapters/reporters/schema/journal";
import { parseRun } from "../../orchestration/adapters/runStore/runRecords";
import type { JournalEntry } from "../../orchestration/domain/journal";
import type { RunRecord } from "../../orchestration/ports/runStore";

export const RECORDED_RUNS = ["clean", "two-hop", "halted", "resumed"] as const;

export interface RecordedRun {
  readonly run: RunRecord;
  readonly entries: readonly JournalEntry[];
}

/** A real run on the lab, as `npm run pictures -- --record` kept it: its record, then its journal, line by line. */
export async function recorded(name: (typeof RECORDED_RUNS)[number]): Promise<RecordedRun> {
  const lines = (await readFile(join(__dirname, "runs", `${name}.jsonl`), "utf8")).trim().split("\n");
  const [run, ...entries] = lines.map((line) => JSON.parse(line) as unknown);
  return { run: parseRun(run), entries: entries.map(parseEntry) };
}
