/** Events of a command, rather than of a run. */

/** Scheduled calls have failed often enough: a person has to act. Reported once per call. */
export interface RunGaveUp {
  readonly event: "run.gaveUp";
  /** The unfinished run; null: there is none, each was reverted. */
  readonly runId: string | null;
  readonly tries: number;
  readonly detail: string;
}

/** `plan`: its last line. */
export interface PlanJudged {
  readonly event: "plan.judged";
  readonly passed: number;
  /** Ids of checks. */
  readonly skipped: readonly string[];
  readonly failed: readonly string[];
  readonly expectedSeconds: number;
  readonly outageSeconds: number;
  /** What starts it. */
  readonly command: string;
  /** Where the plan was written. */
  readonly file?: string;
  readonly text: string;
}

/** The number of the change that an event brings; nothing where it brings none. */
export const numberIn = ({ changeNumber }: { readonly changeNumber?: string }): { readonly changeNumber?: string } =>
  changeNumber === undefined ? {} : { changeNumber };
