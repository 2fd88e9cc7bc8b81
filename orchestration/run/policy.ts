import { ALWAYS, type Calendar } from "../domain/window/calendar";
import type { ImageSource } from "../domain/image";
import type { BootsFrom } from "../ports/moving";
import type { ZeroMeans } from "../domain/standing/zero";

/** The `--accept` id of a build whose boot check failed. */
export const BOOT_PROOF = "boot-proof";

/** Those of a smoke run that failed, of a node that did not stay healthy, and of alarms. */
export const SMOKE = "smoke";
export const SOAK = "soak";
export const ALARMS = "alarms";

/** What the boot check covers: nothing; what AWS reports; or also what a node itself can read. */
export type BootProofMode = "off" | "launch" | "node";

export interface BootProof extends BootsFrom {
  readonly mode: BootProofMode;
}

/** Every limit and interval of a run, in milliseconds of the Clock. */
export interface Policy {
  /**
   * The gate: passed checks in a row, their interval, the interval before the first passed check, and the time limit of a node.
   */
  readonly gate: {
    readonly greens: number;
    readonly everyMs: number;
    readonly pollMs: number;
    readonly timeoutMs: number;
  };
  /**
   * `proofs`: checks in a row that must find a node without work. The default time limit covers TFE's longest apply, 24 hours.
   * `freshMs`: how old a node's proof may become while the other nodes are drained.
   */
  readonly drain: {
    readonly pollMs: number;
    readonly proofs: number;
    readonly timeoutMs: number;
    readonly freshMs: number;
    /** No drain is waited for after this time (ms since the epoch). */
    readonly until?: number;
  };
  /** How old the checks may be when the operator agrees to start. */
  readonly checksFreshMs: number;
  /** How often a paused run looks whether it was resumed elsewhere. */
  readonly pausePollMs: number;
  /** How long a node may be unreachable before a wait for it gives up. */
  readonly blindMs: number;
  /** `sightings`: checks in a row that must find no instance. */
  /** `means`: where the operator does not say. */
  readonly zero: {
    readonly means: ZeroMeans;
    readonly pollMs: number;
    readonly sightings: number;
    readonly timeoutMs: number;
  };
  readonly launch: { readonly pollMs: number; readonly timeoutMs: number };
  /**
   * Nodes to prepare before a drain, where the operator does not say; how long one may take, how often it is asked, and how long it may
   * take to be told to start.
   */
  readonly prepare: {
    readonly prewarm: number;
    readonly pollMs: number;
    readonly timeoutMs: number;
    readonly tellMs: number;
  };
  /** How long an update of the stack, or a preview of one, may take. In real milliseconds: the engine knows no other clock. */
  readonly engineMs: number;
  readonly lease: { readonly ttlMs: number; readonly heartbeatMs: number };
  readonly backup: {
    readonly databaseId: string | undefined;
    /** The bucket of the application's objects. */
    readonly bucket?: string | undefined;
    readonly snapshot: boolean;
    readonly pollMs: number;
  };
  /** Free disk space that a node must have. "The most common cause of failure is insufficient disk space." */
  readonly minDiskBytes: number;
  readonly minLicenceMs: number;
  /** What the boot check covers. */
  readonly bootProof: BootProof;
  /** Where `--latest` finds the newest image. */
  readonly imageSource: ImageSource | undefined;
  /** Longest accepted deregistration delay in seconds. All of it adds to the outage. */
  readonly maxDeregistrationSeconds: number;
  /** Whether the stack itself builds the target group, and with it the health check, or was given one. */
  readonly targetGroup: "built" | "given";
  /**
   * `always`: every run makes smoke runs, not only those that are asked to. `blindMs`: how long the application's API may not answer.
   */
  readonly smoke: {
    readonly always: boolean;
    readonly applies: boolean;
    readonly pollMs: number;
    readonly timeoutMs: number;
    readonly blindMs: number;
  };
  /** How long the first node is watched before a second one is built. */
  readonly soakMs: number;
  /** Alarms that hold a run; those that a repave sets off count at the end, and have `settleMs` there to recover. */
  readonly alarms: {
    readonly names: readonly string[];
    readonly setOff: readonly string[];
    readonly pollMs: number;
    readonly settleMs: number;
  };
  /** When a run may start. */
  readonly calendar: Calendar;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const DEFAULT_POLICY: Policy = {
  gate: { greens: 3, everyMs: 10 * SECOND, pollMs: 5 * SECOND, timeoutMs: 90 * MINUTE },
  drain: { pollMs: 5 * SECOND, proofs: 3, timeoutMs: 26 * HOUR, freshMs: 10 * MINUTE },
  checksFreshMs: 5 * MINUTE,
  pausePollMs: 2 * SECOND,
  blindMs: 15 * MINUTE,
  // As often as the cloud lets itself be asked: half of an interval is lost in every outage.
  zero: { means: "terminated", pollMs: SECOND / 2, sightings: 2, timeoutMs: 30 * MINUTE },
  launch: { pollMs: SECOND, timeoutMs: 20 * MINUTE },
  prepare: { prewarm: 0, pollMs: 2 * SECOND, timeoutMs: 30 * MINUTE, tellMs: 3 * MINUTE },
  engineMs: 5 * MINUTE,
  lease: { ttlMs: MINUTE, heartbeatMs: 15 * SECOND },
  backup: { databaseId: undefined, snapshot: false, pollMs: 10 * SECOND },
  minDiskBytes: 10 * 1024 ** 3,
  minLicenceMs: 24 * HOUR,
  bootProof: { mode: "off", secretArns: [], sources: [], missingDigests: [] },
  imageSource: undefined,
  maxDeregistrationSeconds: 60,
  targetGroup: "given",
  smoke: { always: false, applies: false, pollMs: 5 * SECOND, timeoutMs: 15 * MINUTE, blindMs: 5 * MINUTE },
  soakMs: 0,
  alarms: { names: [], setOff: [], pollMs: 10 * SECOND, settleMs: 15 * MINUTE },
  calendar: ALWAYS,
};
