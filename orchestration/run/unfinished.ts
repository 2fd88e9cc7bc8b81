import type { LeaseRecord } from "../../infra/contract";
import { RepaveError } from "../domain/errors";
import { fold, isOver } from "../domain/journal";
import { target } from "../domain/plan";
import { releaseLabel } from "../domain/release";
import { actingOf } from "../domain/standing/fleet";
import { runStanding } from "../domain/standing/run";
import { actingLine, nextOf } from "../domain/standing/words";
import type { RunRecord, RunStore, UnreadableRun } from "../ports/runStore";
import { heldLease, type JournaledRun, readRun } from "./pastRuns";

/** Returns the newest run if it is unfinished. Throws as `newestRun` does, and where nobody can carry out what it planned. */
export async function findUnfinished(store: RunStore): Promise<JournaledRun | undefined> {
  const newest = await newestRun(store);
  if (!newest || isOver(fold(newest.entries))) return undefined;
  const { runId, plan } = newest.record;
  if (plan.hops.length === 0) throw unreadable(store, { runId, why: "its plan has no repave" });
  return newest;
}

/**
 * Returns the newest run, other than `own`. Throws `RUN_STORE_UNREADABLE`, with the way out, if that one cannot be read, since it may be
 * unfinished. An older one that is damaged is in nobody's way.
 */
export async function newestRun(store: RunStore, own?: string): Promise<JournaledRun | undefined> {
  const [runs, damaged, lease] = await Promise.all([store.list(), store.unreadable(), heldLease(store)]);
  const record = runs.filter(({ runId }) => runId !== own).at(-1);
  const inTheWay = damaged.length === 0 ? undefined : await perhapsUnfinished(store, damaged, record);
  if (inTheWay) throw unreadable(store, inTheWay);
  if (!record) return undefined;
  const run = await readRun(store, record, lease);
  if ("why" in run) throw unreadable(store, run);
  return run;
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

const unreadable = (store: RunStore, { runId, why }: Pick<UnreadableRun, "runId" | "why">): RepaveError =>
  new RepaveError(
    "RUN_STORE_UNREADABLE",
    `${runId}, which may be unfinished: ${why}. Once \`status\` shows that no run is alive, set it aside: ${store.setAside(runId)}`,
  );

/** What says whether the process of a run is alive. */
export interface Observed {
  readonly lease: LeaseRecord | undefined;
  readonly now: number;
}

/** Why nothing else may act on the fleet: the run is alive, and there is nothing to do but wait; or it must be finished first. */
export function refusal({ record, entries }: JournaledRun, { lease, now }: Observed): RepaveError {
  const { stack, runId, plan } = record;
  const recorded = { ...record, what: "run", entries } as const;
  const acting = actingOf(recorded, runStanding(recorded, lease, now));
  const goal = `it takes the fleet to ${releaseLabel(target(plan).release)}`;
  if (!acting) return new RepaveError("RUN_UNFINISHED", `run ${runId} is not finished; ${goal}`);
  const said = [actingLine(acting, now), goal, ...nextOf(acting, stack)].join("; ");
  return new RepaveError(acting.kind === "under way" ? "LEASE_HELD" : "RUN_UNFINISHED", said);
}
