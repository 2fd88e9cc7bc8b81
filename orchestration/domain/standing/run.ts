import type { ErrorCode } from "../errors";
import type { Outcome } from "../events";
import { fold, isOverWith, type JournalEntry, pastPointOfNoReturn } from "../journal";

/** The part of the lease's record that says whether its holder lives. Times in ms since the epoch, on the run's clock. */
export interface Heartbeat {
  readonly runId: string;
  readonly holder?: string;
  readonly acquiredAt?: number;
  readonly renewedAt: number;
  readonly expiresAt: number;
  readonly step?: string;
}

/** What a store has of a run, or of an operation: a command on the nodes outside of runs. */
export interface Recorded {
  readonly runId: string;
  readonly what: "run" | "operation";
  /** `user@host` of whoever started it. */
  readonly operator: string;
  readonly entries: readonly JournalEntry[];
  /** How it ends: its last entry is about to be written. */
  readonly outcome?: Outcome | undefined;
}

/** What a run or an operation is doing, or was doing when it stopped. */
interface Stage {
  /** A step; `abort` where the run is being reverted; undefined: it has not come to its first. */
  readonly step: string | undefined;
  /** Who does it, or did it last. */
  readonly operator: string;
}

/** How it stands with a run or an operation. */
export type RunStanding =
  | { readonly kind: "ended"; readonly outcome: Outcome; readonly at: number }
  /** Its process was heard from a moment ago. `since`: the start of its step. */
  | (Stage & { readonly kind: "under way"; readonly since: number; readonly heardAt: number })
  /** Its operator stopped it; or, `silent`, its process died or can no longer write. */
  | (Stage & {
      readonly kind: "interrupted";
      readonly since: number;
      readonly silent: boolean;
      readonly canAbort: boolean;
    })
  /** It stopped by itself, and waits for a decision. */
  | (Stage & {
      readonly kind: "on hold";
      readonly since: number;
      readonly code: ErrorCode | undefined;
      readonly canAbort: boolean;
    });

/** A lease that was parked ended the moment it was renewed: its holder has stopped. */
export const isLive = ({ renewedAt, expiresAt }: Heartbeat, now: number): boolean =>
  expiresAt >= now && expiresAt > renewedAt;

/** A live process renews its lease every few seconds. One whose lease expired has died, or can no longer write. */
export function runStanding(run: Recorded, heartbeat: Heartbeat | undefined, now: number): RunStanding {
  const { entries, what } = run;
  const state = fold(entries);
  const outcome = run.outcome ?? state.finished?.outcome;
  const written = Math.max(0, ...entries.map(({ at }) => at));
  const ours = heartbeat?.runId === run.runId ? heartbeat : undefined;
  const heardAt = Math.max(written, ours?.renewedAt ?? 0);
  const stage = stageOf(run);
  // What a command on the nodes left behind is resumed by nothing.
  if (outcome !== undefined && (what === "operation" || isOverWith(state, outcome)))
    return { kind: "ended", outcome, at: written };
  if (ours && isLive(ours, now)) return { kind: "under way", ...stage.doing, since: stage.since, heardAt };
  const canAbort = what === "run" && !pastPointOfNoReturn(state);
  if (outcome === undefined) return { kind: "interrupted", ...stage.doing, since: heardAt, silent: true, canAbort };
  if (outcome === "interrupted")
    return { kind: "interrupted", ...stage.doing, since: written, silent: false, canAbort };
  const code = entries.findLast((entry) => entry.event === "run.failed")?.code;
  return { kind: "on hold", ...stage.doing, since: written, code, canAbort };
}

function stageOf({ entries, operator }: Recorded): { readonly doing: Stage; readonly since: number } {
  const last = entries.findLast((entry) => entry.event === "step.started" || entry.event === "abort.asked");
  const began = entries.findLast((entry) => entry.event === "run.started" || entry.event === "run.resumed");
  return {
    doing: {
      step: last?.event === "step.started" ? last.step : last && "abort",
      operator: began && "operator" in began ? began.operator : operator,
    },
    since: last?.at ?? began?.at ?? entries[0]?.at ?? 0,
  };
}
