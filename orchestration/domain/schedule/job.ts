import type { Cron } from "./cron";

/** A job that patches a stack unattended. Every text in it is one that a shell and a unit file take without quotes. */
export interface Job {
  readonly stack: string;
  readonly cron: Cron;
  /** IANA name. */
  readonly zone: string;
  readonly region: string;
  /** The words after `node` that start the tool, from the folder of the project. */
  readonly tool: string;
}

/** A file of the job, by its path from the project. */
export interface JobFile {
  readonly path: string;
  readonly text: string;
}

/** What a scheduler was made to do, and what its operator does with it. */
export interface RenderedJob {
  readonly files: readonly JobFile[];
  /** Lines for a person: how it is put in place, and what it needs. */
  readonly next: readonly string[];
}

/**
 * The words after `node`: the same as `npm run patch -- …`, but without npm in between, so that a scheduler's signal to stop
 * reaches the run, and once.
 */
export const jobWords = ({ stack, tool }: Job): string => `${tool} patch --latest --scheduled --stack ${stack} --json`;

/** The first lines of every file. */
export const heading = ({ stack, cron, zone }: Job, on: string, more = ""): readonly string[] => [
  "# Written by: npm run schedule -- " +
    `--on ${on} --stack ${stack} --calendar "${cron.text}" --timezone ${zone}${more === "" ? "" : ` ${more}`}`,
  "# It calls: npm run patch -- " + `--latest --scheduled --stack ${stack} --json`,
  "# The stack's maintenance windows and freezes decide whether a call starts a run. The next call resumes an interrupted run.",
];
