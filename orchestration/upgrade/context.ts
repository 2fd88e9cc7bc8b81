import { ALWAYS, type Calendar } from "../domain/calendar";
import type { RepaveError } from "../domain/errors";
import type { RunFinished } from "../domain/events";
import type { ImageSource } from "../domain/image";
import type { Hop, Plan } from "../domain/plan";
import type { Backups } from "../ports/backups";
import type { BootSources } from "../ports/bootSources";
import type { Clock } from "../ports/clock";
import type { FleetPort } from "../ports/fleet";
import type { Images } from "../ports/images";
import type { Probe } from "../ports/probe";
import type { ReportPage } from "../ports/reportPage";
import type { Reporter } from "../ports/reporter";
import type { RunStore } from "../ports/runStore";
import type { Stack } from "../ports/stack";
import type { Supply } from "../ports/supply";
import type { Tfe } from "../ports/tfe";
import type { BootProof } from "./bootProof";
import type { Run } from "./run";

export interface Ports {
  readonly clock: Clock;
  readonly stack: Stack;
  readonly fleet: FleetPort;
  readonly supply: Supply;
  readonly bootSources: BootSources;
  readonly tfe: Tfe;
  readonly backups: Backups;
  readonly images: Images;
  readonly store: RunStore;
  readonly probe: Probe;
  readonly reporter: Reporter;
  /** Where there is none the report is Markdown alone. */
  readonly page?: ReportPage;
  /** Who runs this: `user@host`. */
  readonly operator: string;
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

/** A risk that the operator takes by name, with the reason that the report shows. */
export interface Override {
  readonly id: string;
  readonly because: string;
}

/** What holds for a run that nobody watches. */
export interface Unattended {
  /** Which call of the schedule in a row this is that tries. */
  readonly attempt: number;
  /** The end, in place of a new run that should not begin now; undefined: it may. */
  mayBegin(plan: Plan): Promise<RunFinished | undefined>;
  policyFor(plan: Plan): Promise<Policy>;
  /** The end of a run that found the lease in other hands. */
  whenHeld(error: RepaveError, plan: Plan): RunFinished;
}

/** What a step is given. */
export interface StepContext {
  readonly overrides: readonly Override[];
  /** The operator asked for unhealthy nodes of the new build to be replaced. */
  readonly rebuildNode: boolean;
  readonly ports: Ports;
  readonly policy: Policy;
  readonly plan: Plan;
  readonly run: Run;
  /** Index of the hop and the hop itself. Steps outside the hops see the last one. */
  readonly hopIndex: number;
  readonly hop: Hop;
  readonly signal: AbortSignal;
  /** Undefined: a person is there. */
  readonly unattended?: Unattended;
}
