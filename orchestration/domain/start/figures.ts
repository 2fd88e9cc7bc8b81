import { OUTAGE_PARTS, type OutagePart } from "../outage";
import type { StepId } from "../steps";
import type { OutageParts } from "./expectation";

/** A part of an outage in which the group builds the node. */
export type PlainPart = Exclude<OutagePart, "start">;

/** How long a run may take, in seconds: of every sentence, view and check that names a time. */
export interface Forecast {
  /** Finished runs that this is from; 0: none, and the figures are assumptions. */
  readonly runs: number;
  /** Each step, each time that it is done. */
  readonly stepSeconds: Readonly<Record<StepId, number>>;
  /** The parts of one hop's outage, where no node is prepared. */
  readonly outageParts: Readonly<Record<PlainPart, number>>;
  /** Of hops whose node is prepared: how long that takes, and what is left for the outage. `runs`: those that it is from; 0: assumed. */
  readonly prepared: { readonly runs: number; readonly prepareSeconds: number; readonly startSeconds: number };
  /** Together. */
  readonly hopOutageSeconds: number;
  /** The build of one hop's first node. */
  readonly hopBuildSeconds: number;
}

const MINUTE = 60;

/**
 * What is allowed for on a stack without earlier runs: a run that has to end in a window must not be begun on less. What is expected of
 * an outage there is `UNMEASURED`.
 */
export const NO_HISTORY: Forecast = {
  runs: 0,
  stepSeconds: {
    preflight: MINUTE,
    claim: 0,
    fence: 0,
    stage: 3 * MINUTE,
    proveBoot: 3 * MINUTE,
    // Of a run that prepares no node; what one that does may take more is added by its plan.
    prepare: 0,
    drain: 60 * MINUTE,
    backup: 3 * MINUTE,
    scaleToZero: 10 * MINUTE,
    scaleToOne: 5 * MINUTE,
    gate: 30 * MINUTE,
    smoke: 0,
    scaleOut: 40 * MINUTE,
    verify: 5 * MINUTE,
  },
  outageParts: {
    deregistration: MINUTE,
    termination: 5 * MINUTE,
    overhead: 4 * MINUTE,
    build: 30 * MINUTE,
    firstAnswer: 5 * MINUTE,
  },
  prepared: { runs: 0, prepareSeconds: 20 * MINUTE, startSeconds: 10 * MINUTE },
  hopOutageSeconds: 45 * MINUTE,
  hopBuildSeconds: 30 * MINUTE,
};

/**
 * What to expect of one hop's outage where none was measured. Operators report builds of 6 to 8 minutes, the preflight demands a short
 * deregistration, and the rest is what the lab measures.
 */
export const UNMEASURED: OutageParts & { readonly start: number; readonly stop: number } = {
  deregistration: 10,
  termination: 40,
  overhead: 30,
  build: 6 * MINUTE,
  start: 2 * MINUTE,
  // In place of both where zero means stopped.
  stop: 20,
  firstAnswer: 5,
};

export const PLAIN_PARTS = OUTAGE_PARTS.filter((part): part is PlainPart => part !== "start");
