import { ERRORS, type ErrorCode } from "../errors";
import type { ChangedResource, CheckMade, FinalNode, Outcome } from "../events";
import { fold, isOver, type JournalEntry, type RunState } from "../journal";
import { measureOutage, outagesInParts, type OutageInParts, type OutageReport } from "../outage";
import type { Plan } from "../plan";
import { attempts, extent, of } from "./attempts";
import { availability, type Availability } from "./availability";
import { drainRecords, gateRecords, type DrainRecord, type GateRecord } from "./looks";
import { nodeLives, type NodeLife } from "./nodes";
import { stepSpans, type StepSpan } from "./steps";
import { versionSpans, type VersionSpan } from "./templates";

export interface Failure {
  readonly at: number;
  readonly step: string;
  readonly code: ErrorCode;
  readonly title: string;
  readonly detail: string;
  readonly fleet: string;
  readonly remedy: string;
  /** Who went on with the run afterwards, or took it back. */
  readonly followedBy:
    { readonly at: number; readonly operator: string; readonly act: "resumed" | "aborted" } | undefined;
}

/** All that a report shows, worked out from the journal alone. Times in ms since the epoch, on the run's clock. */
export interface Report {
  readonly runId: string;
  readonly plan: Plan;
  readonly operator: string;
  readonly from: number;
  /** The newest that the journal knows, or now where the run goes on. */
  readonly asOf: number;
  /** Undefined: it has not ended, or its last process died. */
  readonly outcome: Outcome | undefined;
  /** The run can be resumed. */
  readonly isResumable: boolean;
  /** The step that is under way, or at which the run stopped. */
  readonly step: string | undefined;
  readonly attempts: number;
  readonly steps: readonly StepSpan[];
  readonly nodes: readonly NodeLife[];
  readonly versions: readonly VersionSpan[];
  readonly availability: Availability;
  readonly outages: readonly OutageInParts[];
  readonly outage: OutageReport;
  readonly gates: readonly GateRecord[];
  readonly drains: readonly DrainRecord[];
  readonly checks: readonly CheckMade[];
  /** What staging changed in the stack, hop by hop; undefined where the journal does not say. */
  readonly staged: readonly {
    readonly hop: number;
    readonly version: number;
    readonly changes: readonly ChangedResource[] | undefined;
  }[];
  readonly overrides: readonly { readonly at: number; readonly id: string; readonly because: string }[];
  readonly failures: readonly Failure[];
  readonly warnings: readonly { readonly at: number; readonly text: string }[];
  readonly backups: readonly { readonly snapshotId: string | undefined; readonly pointInTime: number | undefined }[];
  readonly evidence: readonly {
    readonly at: number;
    readonly instanceId: string;
    readonly name: string;
    readonly where: string;
  }[];
  readonly finalNodes: readonly FinalNode[];
  readonly entries: readonly JournalEntry[];
}

/** What a store has of a run. */
export interface RunOnRecord {
  readonly runId: string;
  readonly operator: string;
  readonly plan: Plan;
}

/** `now`: where somebody watches the run as it goes on; without it the journal's last entry is the end of what is known. */
export function reportOf(run: RunOnRecord, entries: readonly JournalEntry[], now?: number): Report {
  const { runId, operator, plan } = run;
  const state = fold(entries);
  const { from, to } = extent(entries);
  const isOpen = state.finished === undefined;
  const asOf = isOpen ? Math.max(to, now ?? to) : to;
  const parts = attempts(entries);
  return {
    runId,
    plan,
    operator,
    from,
    asOf,
    outcome: state.finished?.outcome,
    isResumable: !isOver(state),
    step: state.step,
    attempts: parts.length,
    steps: stepSpans(parts, { isOpen, asOf }),
    nodes: nodeLives(entries, from, asOf),
    versions: versionSpans(entries, from, asOf),
    availability: availability(parts, state, { isOpen, asOf }),
    outages: outagesInParts(state, asOf),
    outage: measureOutage(state, asOf),
    gates: gateRecords(entries, asOf),
    drains: drainRecords(entries, asOf),
    checks: of(entries, "checks.made").at(-1)?.checks ?? [],
    staged: of(entries, "stage.built").map(({ hop, templateVersion, changes }) => ({
      hop,
      version: templateVersion,
      changes,
    })),
    overrides: of(entries, "override.used").map(({ at, id, because }) => ({ at, id, because })),
    failures: failures(entries),
    warnings: of(entries, "warning").map(({ at, text }) => ({ at, text })),
    backups: backups(state),
    evidence: of(entries, "evidence.saved").map(({ at, instanceId, name, where }) => ({ at, instanceId, name, where })),
    finalNodes: state.finished?.nodes ?? [],
    entries,
  };
}

function failures(entries: readonly JournalEntry[]): readonly Failure[] {
  return of(entries, "run.failed").map(({ at, seq, step, code, detail, fleet }) => {
    const { title, remedy } = ERRORS[code];
    const rest = entries.filter((entry) => entry.seq > seq);
    const next = of(rest, "run.resumed")[0];
    const aborted = of(rest, "abort.asked").some((entry) => next !== undefined && entry.seq < next.seq);
    const act = aborted ? ("aborted" as const) : ("resumed" as const);
    return {
      at,
      step,
      code,
      title,
      detail,
      fleet,
      remedy,
      followedBy: next && { at: next.at, operator: next.operator, act },
    };
  });
}

function backups({ hops }: RunState): Report["backups"] {
  return Object.values(hops).flatMap(({ snapshotId, snapshotTaken, pointInTime }) =>
    snapshotTaken === true || pointInTime !== undefined
      ? [{ snapshotId: snapshotTaken ? snapshotId : undefined, pointInTime }]
      : [],
  );
}
