/** An execution of a rollout, as the service lists it. Times are ms since the epoch. */
export interface Execution {
  /** What the service knows it by. */
  readonly id: string;
  /** `november-20261123-031500-k3f9` */
  readonly name: string;
  readonly isRunning: boolean;
}

/** What happened in an execution, in the order in which the service keeps it. `data`: the input of the execution or the state. */
export type EngineEvent =
  | { readonly kind: "started"; readonly at: number; readonly data: unknown }
  | { readonly kind: "entered"; readonly at: number; readonly state: string; readonly data: unknown }
  /** A person is asked; the answer is sent with the token. */
  | { readonly kind: "asked"; readonly at: number; readonly token: string }
  /** The end. `aborted`: somebody stopped it, and `cause` says who; `failed`: anything else but success. */
  | { readonly kind: "succeeded"; readonly at: number }
  | { readonly kind: "failed" | "aborted"; readonly at: number; readonly error?: string; readonly cause?: string };

/**
 * The state machine that carries rollouts out. Everything throws what a call of AWS throws (`CREDENTIALS_…`, `AWS_…`), and
 * `ROLLOUT_NOT_BUILT` where there is no such machine.
 */
export interface RolloutEngine {
  /** Starts an execution. Repeated with the same name and input, it starts no other. */
  start(name: string, input: object): Promise<void>;
  /** Executions of the rollout of this name, newest first; none is older than the service keeps it (90 days). */
  executions(rollout: string): Promise<readonly Execution[]>;
  /** All of it, so far. What is missing at its end comes later; its beginning is waited for. Empty: there is still none. */
  history(execution: Execution): Promise<readonly EngineEvent[]>;
  /** Answers whoever asked with the token. Throws `AWS_REFUSED` where the answer came before. */
  approve(token: string, by: string): Promise<void>;
  decline(token: string, because: string): Promise<void>;
  /** Starts nothing more. Builds that are under way come to their end. */
  stop(execution: Execution, because: string): Promise<void>;
}
