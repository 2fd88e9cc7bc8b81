import type { Outcome } from "../domain/events";
import { isOver, fold, type JournalEntry } from "../domain/journal";
import { fleetStanding, type NodeObserved } from "../domain/standing/fleet";
import type { FleetStanding } from "../domain/standing/state";
import type { Recorded } from "../domain/standing/run";
import type { RunRecord, RunStore, UnreadableRun } from "../ports/runStore";
import type { PreparedNode } from "../ports/account/preparedNodes";
import { readRun, unreadableWhy } from "./pastRuns";

/** Where runs, and what acts on the nodes outside of runs, are written down. */
export interface Journals {
  readonly store: Pick<RunStore, "list" | "unreadable" | "journal" | "lease">;
  readonly operations: Pick<RunStore, "list" | "unreadable" | "journal">;
}

/** A run or an operation whose last entry is about to be written. */
export interface Ended {
  readonly id: string;
  readonly outcome: Outcome;
}

interface Asked {
  readonly stack: string;
  readonly now: number;
  /** Undefined: not observed. */
  readonly nodes?: readonly NodeObserved[] | undefined;
  readonly ended?: Ended | undefined;
  /** What runs have prepared outside the group; undefined: not observed. */
  readonly prepared?: readonly PreparedNode[] | undefined;
}

/** More are not read: each costs a request. */
const MOST = 20;

interface Candidate {
  readonly what: Recorded["what"];
  readonly record: RunRecord;
  readonly of: Pick<RunStore, "journal">;
}

/**
 * The state of the fleet as the journals and the lease know it. Reads back to the last run that was done: it replaced every node.
 * A journal that cannot be read hides no other: the state names it.
 */
export async function readStanding(
  { store, operations }: Journals,
  { stack, now, nodes, ended, prepared }: Asked,
): Promise<FleetStanding> {
  const unreadable: Pick<UnreadableRun, "runId" | "createdAt">[] = [];
  const [runs, commands, lease, ...damaged] = await Promise.all([
    store.list(),
    operations.list(),
    store.lease().catch((thrown: unknown) => {
      unreadableWhy(thrown);
      unreadable.push({ runId: "the lease", createdAt: now });
      return undefined;
    }),
    store.unreadable(),
    operations.unreadable(),
  ]);
  unreadable.push(...damaged.flat());
  const candidates: readonly Candidate[] = [
    ...runs.map((record) => ({ what: "run" as const, record, of: store })),
    ...commands.map((record) => ({ what: "operation" as const, record, of: operations })),
  ].sort((a, b) => b.record.createdAt - a.record.createdAt);
  const journals: Recorded[] = [];
  let since = 0;
  for (const { what, record, of } of candidates.slice(0, MOST)) {
    const read = await readRun(of, record, lease);
    if ("why" in read) {
      unreadable.push(read);
      continue;
    }
    const { entries } = read;
    const { runId, operator } = record;
    journals.unshift({ runId, what, operator, entries, ...(runId === ended?.id ? { outcome: ended.outcome } : {}) });
    if (what !== "run" || !isDone(entries)) continue;
    since = record.createdAt;
    break;
  }
  // The process that ends holds the lease until it has ended.
  const held = lease !== undefined && lease.runId === ended?.id ? undefined : lease;
  return fleetStanding({
    stack,
    journals,
    lease: held,
    now,
    nodes,
    prepared: prepared
      ?.filter(({ state }) => state !== "shutting-down")
      .map(({ id, launchedAt, runId }) => ({ instanceId: id, since: launchedAt, by: runId })),
    unreadable: unreadable.filter(({ createdAt }) => createdAt > since).map(({ runId }) => runId),
  });
}

function isDone(entries: readonly JournalEntry[]): boolean {
  const state = fold(entries);
  return isOver(state) && state.finished?.outcome === "done";
}
