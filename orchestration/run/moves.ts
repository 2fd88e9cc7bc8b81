import { fold, hopRecord } from "../domain/journal";
import type { Move } from "../domain/move/move";
import { type Release, releaseLabel } from "../domain/release";
import type { RunStore } from "../ports/runStore";
import { heldLease, readRun } from "./pastRuns";

/** The newest move of a fleet that came to its end, and whether it can be taken back. */
export interface MoveMade {
  readonly runId: string;
  /** When it began, in milliseconds since the epoch. */
  readonly at: number;
  readonly move: Move;
  /** What has closed the way back since. Undefined: it is open. */
  readonly closedBy: Closed | undefined;
}

/** A run that has started another release, whose migrations have run; or one that cannot be read, and may have. */
interface Closed {
  readonly runId: string;
  readonly release: Release | undefined;
}

export const closedInWords = ({ runId, release }: Closed): string =>
  release === undefined
    ? `run ${runId} cannot be read, and may have started another release since`
    : `${releaseLabel(release)} was started since (run ${runId}) and may have migrated the database`;

/** Reads it from the journals, newest first. Undefined: no move was made. Throws as `RunStore` does. */
export async function lastMove(store: RunStore): Promise<MoveMade | undefined> {
  const [records, damaged, lease] = await Promise.all([store.list(), store.unreadable(), heldLease(store)]);
  if (!records.some(({ plan }) => plan.move)) return undefined;
  let closedBy: Closed | undefined;
  for (const record of [...records].reverse()) {
    const { plan, runId, createdAt: at } = record;
    const upgrades = plan.hops.map(({ release }) => release).filter((release) => release !== plan.from.release);
    if (!plan.move && upgrades.length === 0) continue;
    const read = await readRun(store, record, lease);
    if ("why" in read) {
      closedBy = { runId, release: undefined };
      continue;
    }
    const state = fold(read.entries);
    if (!plan.move) {
      const started = plan.hops.findLast((_, index) => hopRecord(state, index).oneAsked === true);
      if (started) closedBy = { runId, release: started.release };
    } else if (state.finished?.outcome === "done") {
      const lost = damaged.find(({ createdAt }) => createdAt >= at);
      closedBy ??= lost && { runId: lost.runId, release: undefined };
      return { runId, at, move: plan.move, closedBy };
    }
  }
  return undefined;
}
