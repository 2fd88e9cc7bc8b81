import { fold, isOver, type JournalEntry } from "../domain/journal";
import { stepLabel } from "../domain/text/labels";
import { measureOutage } from "../domain/outage";
import { target, type Plan } from "../domain/plan";
import { packagingName, releaseLabel } from "../domain/release";
import { type Heartbeat, runStanding, type RunStanding } from "../domain/standing/run";
import type { RunRecord } from "../ports/runStore";

/** A finished or unfinished run in one object. Times are in seconds. Null: not measured. */
export interface RunHistory {
  readonly runId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly operator: string;
  readonly scheduled: boolean;
  readonly plan: Plan;
  /** Description of the change. */
  readonly change: string;
  /** Number of the change that the run was given. */
  readonly changeNumber: string | null;
  readonly outcome: string;
  readonly resumable: boolean;
  /** Whether its process is alive. */
  readonly standing: RunStanding["kind"];
  /** ISO 8601: of a run under way, the last sign of life. */
  readonly heardAt: string | null;
  /** The current or last step. */
  readonly step: string | null;
  readonly drainSeconds: number | null;
  readonly outageSeconds: number | null;
  readonly nodeBuildSeconds: number | null;
  readonly outageRatio: number | null;
  readonly overrides: readonly { readonly id: string; readonly because: string }[];
}

export function historyOf(
  record: RunRecord,
  entries: readonly JournalEntry[],
  { lease, now }: { readonly lease: Heartbeat | undefined; readonly now: number },
): RunHistory {
  const state = fold(entries);
  const standing = runStanding({ ...record, what: "run", entries }, lease, now);
  const measured = measureOutage(state);
  const orNull = (seconds: number): number | null => (seconds === 0 ? null : seconds);
  return {
    runId: record.runId,
    startedAt: new Date(record.createdAt).toISOString(),
    operator: record.operator,
    scheduled: record.scheduled === true,
    plan: record.plan,
    change: describeChange(record.plan),
    changeNumber: state.changeNumber ?? null,
    outcome: state.finished?.outcome ?? "unfinished",
    resumable: !isOver(state),
    standing: standing.kind,
    heardAt: standing.kind === "under way" ? new Date(standing.heardAt).toISOString() : null,
    step: (standing.kind === "ended" ? state.step : standing.step) ?? null,
    drainSeconds: orNull(state.stepSeconds.drain ?? 0),
    outageSeconds: orNull(measured.outageSeconds),
    nodeBuildSeconds: orNull(measured.nodeBuildSeconds),
    outageRatio: orNull(measured.outageRatio),
    overrides: state.overrides,
  };
}

/** `610 (v202204-2) → 642 (v202207-2), ami-a → ami-b`. */
function describeChange(plan: Plan): string {
  const { release, image } = target(plan);
  const { from, move } = plan;
  if (move) {
    const sides = [move.from, move.to].map(({ packaging }) => packagingName(packaging)).join(" → ");
    return `${sides} at ${releaseLabel(release)}`;
  }
  const releases = release === from.release ? [] : [from, ...plan.hops].map((hop) => releaseLabel(hop.release));
  const parts = [
    ...(releases.length === 0 ? [] : [releases.join(" → ")]),
    ...(image === from.image ? [] : [`${from.image} → ${image}`]),
  ];
  return parts.join(", ") || plan.because || `${releaseLabel(release)} again`;
}

const STANDINGS = { "under way": "in progress", interrupted: "interrupted", "on hold": "on hold" } as const;

const outcomeOf = ({ standing, step, outcome }: RunHistory): string =>
  standing === "ended" ? outcome : `${STANDINGS[standing]} at ${step === null ? "its start" : stepLabel(step)}`;

const HEADINGS = ["started (UTC)", "drain", "outage", "build", "run"] as const;

/** The runs as rows of a table for a person, under their headings. `show` formats seconds. */
export function historyRows(
  runs: readonly RunHistory[],
  show: (seconds: number) => string,
): readonly (readonly string[])[] {
  const cell = (seconds: number | null): string => (seconds === null ? "-" : show(seconds));
  const rows = runs.map((run) => [
    run.startedAt.slice(0, 16).replace("T", " "),
    cell(run.drainSeconds),
    cell(run.outageSeconds),
    cell(run.nodeBuildSeconds),
    [
      `${outcomeOf(run)}: ${run.change}${run.changeNumber === null ? "" : ` (change ${run.changeNumber})`}`,
      run.runId,
      `by ${run.scheduled ? `${run.operator} (schedule)` : run.operator}`,
    ].join("\n"),
  ]);
  return [HEADINGS, ...rows];
}
