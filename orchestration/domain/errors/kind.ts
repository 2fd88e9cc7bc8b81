/**
 * How a run stopped, which decides its outcome and exit code. `usage`: the request is not valid. `blocked`: refused before anything
 * changed. `halt`: stopped where it is, fence kept, resumable with the same command. `fail`: stopped with nothing left to resume.
 */
export type Disposition = "usage" | "blocked" | "halt" | "fail";

export interface ErrorKind {
  readonly disposition: Disposition;
  /** What happened, in plain words. */
  readonly title: string;
  /** What the operator does next. */
  readonly remedy: string;
}

const RESUMES = " It resumes from the current state of the fleet.";

/** What a remedy says where the run can be resumed. */
export const AGAIN = `Then run the same command again.${RESUMES}`;
export const RESUME = `Fix the cause. ${AGAIN}`;

/** The remedy of an error that stopped a command before it acted: there is nothing to resume. */
export const beforeActing = (remedy: string): string => remedy.replace(RESUMES, "");
