/** What nodes do: runs of TFE, and commands from SSM or SSH. */

/** A run of TFE (a plan or an apply) in the shared Redis queue or on a node. */
export interface Job {
  readonly id: string;
  readonly queuedAt: number;
  readonly durationMs: number;
  instanceId: string | undefined;
  startedAt: number | undefined;
  endsAt: number | undefined;
  /** Of its container; absent: the one that the node's settings select. */
  readonly image?: string;
  /** The run that the application's API shows of it, and its phase; absent: one of the users that nobody looks at. */
  readonly of?: { readonly run: string; readonly phase: "plan" | "apply" };
}

/** A command on a node, from SSM or SSH, in its own words. */
export interface Exec {
  readonly id: string;
  readonly instanceId: string;
  readonly command: string;
  readonly startedAt: number;
  /** The simple command of the line that runs now, and what the ones before it printed. */
  step: number;
  output: { exitCode: number; stdout: string; stderr: string };
  /** What ends the step: "drain" the node's last job, "app" the end of its transition, each bounded by `endsAt` where given. */
  waitsFor: "time" | "drain" | "app";
  endsAt: number | undefined;
  result: { exitCode: number; stdout: string; stderr: string; endedAt: number } | undefined;
}

export interface SsmCommand {
  readonly id: string;
  readonly documentName: string;
  readonly comment: string;
  readonly commands: string[];
  readonly requestedAt: number;
  executionTimeoutSeconds: number;
  readonly deliveryTimeoutSeconds: number;
  /** instance id -> exec id; undefined exec: not delivered (yet). */
  readonly invocations: { instanceId: string; execId: string | undefined; status: string }[];
}
