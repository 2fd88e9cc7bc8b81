import type { Release } from "../release";
import { about } from "../text/words";

/** An outage taken apart, in seconds of the run's clock; the parts add up to it. */
export interface OutageParts {
  /** The load balancer stops sending requests, and waits, before the last old instance is terminated. */
  readonly deregistration: number;
  /** From shutting-down until the last old instance was last seen alive. */
  readonly termination: number;
  /** Ours: noticing that zero is reached, and the stack update that asks for one. */
  readonly overhead: number;
  /** Launch of the new node until its application is started; 0 where it was prepared. */
  readonly build: number;
  /** Of a node that was prepared: from the word until its application is started. Absent: none was. */
  readonly start?: number;
  /** From there to the first answer through the load balancer. */
  readonly firstAnswer: number;
}

/** What is expected of a run: the figures and the words of every plan, question, event, view and page that names a time. */
export interface Expectation {
  /** Finished runs that this is from; 0: none, and the figures are assumptions. */
  readonly pastRuns: number;
  /** The whole run. */
  readonly expectedSeconds: number;
  /** Every outage of it as it is to be expected, without what is only allowed for. */
  readonly likelyOutageSeconds: number;
  /** Every outage of it at most: what is allowed for migrations, and for what was not measured, included. */
  readonly outageSeconds: number;
  /** The parts of one hop's outage as they are to be expected. */
  readonly outageParts: OutageParts;
  /** What is allowed on top of it for the migrations that the release table names. */
  readonly allowances: readonly { readonly hop: number; readonly release: Release; readonly seconds: number }[];
  /** The outages in one line, each part by its name. */
  readonly text: string;
}

/** The time of the whole run. What nobody measured yet is a limit and no expectation. */
export const aboutOrUpTo = ({ pastRuns, expectedSeconds }: Pick<Expectation, "pastRuns" | "expectedSeconds">): string =>
  `${pastRuns === 0 ? "up to" : "about"} ${about(expectedSeconds)}`;
