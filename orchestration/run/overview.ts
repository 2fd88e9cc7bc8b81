import type { BuildRecord } from "../../infra/contract";
import { fold, isOver } from "../domain/journal";
import { measureOutage } from "../domain/outage";
import { target } from "../domain/plan";
import type { Release } from "../domain/release";
import type { FleetStanding } from "../domain/standing/state";
import { type Calendar } from "../domain/window/calendar";
import { fitNow, wallTime, zoneOf } from "../domain/window/fitting";
import type { Journals } from "./standing";
import { readStanding } from "./standing";
import { readRuns } from "./pastRuns";
import type { RunStore } from "../ports/runStore";

/** A stack as its file, its runs and its lease tell of it; the nodes are not asked. Times in ms since the epoch. */
export interface StackOverview {
  readonly stack: string;
  /** What the newest run that was done built; without one, what the newest run began with. Null: there are no runs. */
  readonly release: Release | null;
  readonly image: string | null;
  /** When that run started. */
  readonly repavedAt: number | null;
  readonly standing: FleetStanding;
  /** When a run may start: `at any time`, `open until …`, the next opening. */
  readonly window: string;
  /** Of the newest run that had one. */
  readonly lastOutageSeconds: number | null;
  /** The stack's file is behind what the last run built. */
  readonly isFileBehind: boolean;
}

/** Newest runs that are read of a stack. */
const MOST_RUNS = 5;

export interface Overseen {
  readonly stack: string;
  readonly now: number;
  readonly calendar: Calendar;
  /** Whether the file is behind this record. */
  readonly isBehind: (newest: BuildRecord | undefined) => boolean;
}

/** Throws `RUN_STORE_UNREADABLE`, and what the store throws. */
export async function overview(
  journals: Journals & { readonly store: RunStore },
  { stack, now, calendar, isBehind }: Overseen,
): Promise<StackOverview> {
  const { store } = journals;
  const [{ runs }, standing, build] = await Promise.all([
    readRuns(store, MOST_RUNS),
    readStanding(journals, { stack, now }),
    store.build(),
  ]);
  const states = runs.map(({ record, entries }) => ({ record, state: fold(entries) }));
  const built = states.findLast(({ state }) => isOver(state) && state.finished?.outcome === "done");
  const newest = states.at(-1);
  const hop = built ? target(built.record.plan) : newest?.record.plan.from;
  const outages = states.map(({ state }) => measureOutage(state).outageSeconds).filter((seconds) => seconds > 0);
  return {
    stack,
    release: hop?.release ?? null,
    image: hop?.image ?? null,
    repavedAt: built?.record.createdAt ?? null,
    standing,
    window: windowText(calendar, now),
    lastOutageSeconds: outages.at(-1) ?? null,
    isFileBehind: isBehind(build),
  };
}

function windowText(calendar: Calendar, now: number): string {
  const fit = fitNow(calendar, now, 0);
  const zone = zoneOf(calendar);
  if (fit.fits) return fit.until === Infinity ? "any time" : `open until ${wallTime(fit.until, zone)}`;
  return fit.next === undefined ? "none within a year" : wallTime(fit.next, zone);
}
