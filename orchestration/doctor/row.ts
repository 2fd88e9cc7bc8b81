import type { Finding, Found } from "./finding";
import type { Seeing } from "./world";

/**
 * One thing that `doctor` looks at. `look` may throw: a `NotSeen` means that the row could not be looked at, anything else that it
 * failed. To add a row, put it into the file of its subject: docs/operations.md has the list, and a test compares the two.
 */
export interface Row {
  /** As `--json` has it. */
  readonly id: string;
  readonly title: string;
  /** The command or edit for a failure that names none of its own: an answer that did not come in time, or an unforeseen error. */
  readonly fix: string;
  /** A list where there are several of a kind. */
  look(world: Seeing): Promise<Finding | readonly Found[]>;
}
