/** What the application keeps for its users, as far as its public API shows it. */

export interface Workspace {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  executionMode: "remote" | "agent" | "local";
  autoApply: boolean;
  locked: boolean;
  /** Resources in its state. */
  resourceCount: number;
}

export interface ConfigurationVersion {
  readonly id: string;
  readonly workspaceId: string;
  readonly speculative: boolean;
  /** The secret part of the address that takes its files. */
  readonly key: string;
  status: "pending" | "uploaded" | "errored";
  /** Bytes that were uploaded. */
  bytes: number;
}

/** States of a run as the API documents them; those of features that nothing here uses do not occur. */
export type TerraformRunStatus =
  | "pending"
  | "plan_queued"
  | "planning"
  | "planned"
  | "planned_and_finished"
  | "apply_queued"
  | "applying"
  | "applied"
  | "discarded"
  | "errored"
  | "canceled";

/** A plan, or an apply, of a run. */
export interface RunPhase {
  readonly id: string;
  /** The secret part of the address that its log is read from. */
  readonly key: string;
  status: "pending" | "queued" | "running" | "finished" | "errored" | "canceled" | "unreachable";
  log: string;
}

export interface TerraformRun {
  readonly id: string;
  readonly workspaceId: string;
  readonly configurationVersionId: string;
  readonly message: string;
  readonly planOnly: boolean;
  readonly createdAt: number;
  status: TerraformRunStatus;
  /** When it came to each state. */
  readonly times: { status: TerraformRunStatus; at: number }[];
  readonly plan: RunPhase;
  readonly apply: RunPhase;
}

export interface Application {
  readonly workspaces: Workspace[];
  readonly configurationVersions: ConfigurationVersion[];
  /** The oldest first. */
  readonly runs: TerraformRun[];
  /** Requests of the present second, for the limit on their rate. */
  rate: { second: number; requests: number };
}
