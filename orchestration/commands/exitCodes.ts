import type { Disposition } from "../domain/errors";
import type { Outcome } from "../domain/events";

/** Exit codes of a run, by how it ended. */
export const EXIT_CODES: Readonly<Record<Outcome, number>> = {
  done: 0,
  "nothing-to-do": 0,
  // Of a schedule: the next call will do it.
  "not-now": 0,
  failed: 1,
  blocked: 3,
  halted: 4,
  "gave-up": 4,
  declined: 5,
  // Node's own word for an interrupted program.
  interrupted: 130,
  aborted: 0,
};

/** Exit codes of an error that no run could report. */
export const EXIT_BY_DISPOSITION: Readonly<Record<Disposition, number>> = { usage: 2, blocked: 3, halt: 4, fail: 1 };
