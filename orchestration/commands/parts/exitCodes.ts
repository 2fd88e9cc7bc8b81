import type { Disposition, RepaveError } from "../../domain/errors";
import type { Outcome } from "../../domain/events";

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

/**
 * Exit codes of an error that no run could report: the command only looks, or it stopped before it acted. So what would halt a run
 * blocks here; 4 is said of a run that acted, and of nothing else.
 */
const EXIT_BY_DISPOSITION: Readonly<Record<Disposition, number>> = { usage: 2, blocked: 3, halt: 3, fail: 1 };

/** The exit code of an error that no run could report. */
export function exitCodeOf({ code, disposition }: RepaveError): number {
  if (code === "INTERRUPTED") return EXIT_CODES.interrupted;
  // A defect: what it left, nobody knows.
  return code === "INTERNAL" ? EXIT_CODES.failed : EXIT_BY_DISPOSITION[disposition];
}
