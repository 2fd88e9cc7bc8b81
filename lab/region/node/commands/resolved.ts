import type { NodeCommand } from "./command";

/** A command that words name. */
export interface Resolved {
  readonly command: NodeCommand;
  /** The words that are left for it. */
  readonly args: readonly string[];
}
