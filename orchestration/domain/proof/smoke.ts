/** A smoke run: a run of Terraform through the application's own API. Pure. */

/** When it is made: with one node in service, with all of them, or by `health --smoke`. */
export const SMOKE_MOMENTS = ["firstNode", "end", "asked"] as const;
export type SmokeMoment = (typeof SMOKE_MOMENTS)[number];

/** A run of Terraform as the application shows it. */
export interface TerraformRun {
  readonly id: string;
  /** In the application's own words: `pending`, `planning`, `planned_and_finished`. */
  readonly status: string;
  /** What it was queued with; ours begins with `MARK`. */
  readonly message: string;
  readonly canBeConfirmed: boolean;
  readonly canBeCanceled: boolean;
  readonly canBeDiscarded: boolean;
  /** Its page in the application. */
  readonly page: string;
}

/** The workspace that smoke runs are made in. */
export interface SmokeWorkspace {
  readonly id: string;
  /** `organization/name`. */
  readonly name: string;
  readonly executionMode: string;
  readonly locked: boolean;
  readonly autoApply: boolean;
  /** Resources in its state; undefined: the release does not say. */
  readonly resources: number | undefined;
  readonly canQueueRuns: boolean;
  readonly canApply: boolean;
}

/** How far a run is. `unclear`: it waits for a person in a way that a smoke run has no answer to. */
export type Progress = "under way" | "to be confirmed" | "passed" | "failed" | "unclear";

/** States in which a run is over (Runs API reference, Run States). */
const PASSED: readonly string[] = ["planned_and_finished", "applied"];
const FAILED: readonly string[] = ["errored", "canceled", "force_canceled", "discarded", "policy_soft_failed"];
const WAITING_FOR_A_PERSON: readonly string[] = ["policy_override", "planned_and_saved"];

export function progressOf({ status, canBeConfirmed }: TerraformRun): Progress {
  if (PASSED.includes(status)) return "passed";
  if (FAILED.includes(status)) return "failed";
  if (WAITING_FOR_A_PERSON.includes(status)) return "unclear";
  return canBeConfirmed ? "to be confirmed" : "under way";
}

export const isOver = (run: TerraformRun): boolean => ["passed", "failed"].includes(progressOf(run));

/** Beginning of the message of every run that is ours. */
const MARK = "tfe-repave";

/** The message of the runs that one run of this tool makes; each of them has a number behind it. */
export const marksOf = (runId: string): string => `${MARK} ${runId} `;

/** The message of one: by it the run is found again when nothing else is known of it. */
export const markOf = (runId: string, moment: SmokeMoment, attempt: number): string =>
  `${marksOf(runId)}${moment} ${attempt}`;

/** Why smoke runs in this workspace prove nothing, or could do harm. Empty: nothing is in the way. */
export function unfitWorkspace(workspace: SmokeWorkspace, applies: boolean, builtIn: boolean): readonly string[] {
  const { name, executionMode, locked, autoApply, resources, canQueueRuns, canApply } = workspace;
  const rules: readonly (readonly [broken: boolean, problem: string])[] = [
    [executionMode !== "remote", `its execution mode is ${executionMode}: its runs do not run on the nodes`],
    [!canQueueRuns, "the token may not queue runs in it"],
    [applies && !canApply, "the token may not apply runs in it"],
    [applies && locked, "it is locked"],
    [applies && autoApply, "it applies by itself: turn auto apply off, so that a plan can be looked at first"],
    [
      applies && builtIn && resources !== undefined && resources > 0,
      `it holds ${resources ?? 0} resources, which the built-in configuration would destroy: use a workspace of its own`,
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, problem]) => `workspace ${name}: ${problem}`);
}
