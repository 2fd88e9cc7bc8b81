import { ALWAYS, type Calendar } from "../domain/calendar";
import type { ImageSource } from "../domain/image";

/** What `--accept` calls a build that could not be shown to boot. */
export const BOOT_PROOF = "boot-proof";

/** What is shown before the outage: nothing; what AWS says; or besides what a node itself can read. */
export type BootProofMode = "off" | "launch" | "node";

export interface BootProof {
  readonly mode: BootProofMode;
  /** Secrets that a node reads at boot. */
  readonly secretArns: readonly string[];
  /** What it downloads: installer, or airgap package and installer. */
  readonly sources: readonly string[];
}

/** Every bound and interval of a run, in milliseconds of the Clock. */
export interface Policy {
  /** Greens in a row, their spacing, the spacing before the first green, and the patience for a node. */
  readonly gate: {
    readonly greens: number;
    readonly everyMs: number;
    readonly pollMs: number;
    readonly timeoutMs: number;
  };
  /**
   * `proofs`: sightings in a row of a node without work. The default patience covers TFE's longest apply, 24 hours.
   * `freshMs`: how old a node's proof may become while the others are drained.
   */
  readonly drain: {
    readonly pollMs: number;
    readonly proofs: number;
    readonly timeoutMs: number;
    readonly freshMs: number;
    /** Besides: no drain is waited for after this moment (ms since the epoch). */
    readonly until?: number;
  };
  /** How long a node may be out of reach before a wait for it gives up. */
  readonly blindMs: number;
  /** `sightings` in a row of "no instance left". */
  readonly zero: { readonly pollMs: number; readonly sightings: number; readonly timeoutMs: number };
  readonly launch: { readonly pollMs: number; readonly timeoutMs: number };
  readonly lease: { readonly ttlMs: number; readonly heartbeatMs: number };
  readonly backup: {
    readonly databaseId: string | undefined;
    /** The bucket of the application's objects. */
    readonly bucket?: string | undefined;
    readonly snapshot: boolean;
    readonly pollMs: number;
  };
  /** Free disk a node must have. "The most common cause of failure is insufficient disk space." */
  readonly minDiskBytes: number;
  readonly minLicenceMs: number;
  /** What is shown of a staged build before the outage. */
  readonly bootProof: BootProof;
  /** Where `--latest` finds the newest image. */
  readonly imageSource: ImageSource | undefined;
  /** Longest wait of the target group that a drained node is worth, in seconds: all of it is outage. */
  readonly maxDeregistrationSeconds: number;
  /** When a run may start. */
  readonly calendar: Calendar;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const DEFAULT_POLICY: Policy = {
  gate: { greens: 3, everyMs: 10 * SECOND, pollMs: 5 * SECOND, timeoutMs: 90 * MINUTE },
  drain: { pollMs: 5 * SECOND, proofs: 3, timeoutMs: 26 * HOUR, freshMs: 10 * MINUTE },
  blindMs: 15 * MINUTE,
  zero: { pollMs: SECOND, sightings: 2, timeoutMs: 30 * MINUTE },
  launch: { pollMs: SECOND, timeoutMs: 20 * MINUTE },
  lease: { ttlMs: MINUTE, heartbeatMs: 15 * SECOND },
  backup: { databaseId: undefined, snapshot: false, pollMs: 10 * SECOND },
  minDiskBytes: 10 * 1024 ** 3,
  minLicenceMs: 24 * HOUR,
  bootProof: { mode: "off", secretArns: [], sources: [] },
  imageSource: undefined,
  maxDeregistrationSeconds: 60,
  calendar: ALWAYS,
};
