import type { Packaging } from "../domain/release";

/** A node as a transport addresses it. */
export interface NodeAddress {
  readonly instanceId: string;
  readonly privateIp: string;
  /** How the application on it is packaged, which decides how it is spoken to. Absent: as the stack's file says. */
  readonly packaging?: Packaging;
}

/**
 * Limit on the output of one command, in bytes. No expected output is that long. A node that prints more is broken or not to be
 * trusted, and must not fill the memory of the process that holds the lease.
 */
export const MOST_OUTPUT_BYTES = 8 * 1024 ** 2;

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Time limit of the whole command in milliseconds of the Clock. Default: 60 000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Runs commands on one node at a time, over SSM Run Command or OpenSSH. */
export interface NodeShell {
  /**
   * Runs `argv` on the node (words, never a shell string; the transport does the quoting) as root and waits for its end.
   * A command that ended with any exit status is a result. Throws `NODE_UNREACHABLE` when the node could not be asked
   * (the command may or may not have run), `NODE_COMMAND_TIMEOUT` when it did not end in time, `NODE_ANSWER_UNREADABLE` when it
   * prints more than `MOST_OUTPUT_BYTES`.
   * Not idempotent in itself: callers send only commands that may be repeated.
   */
  run(node: NodeAddress, argv: readonly string[], options?: RunOptions): Promise<CommandResult>;
}
