import type { ErrorCode } from "../errors";

/** A node that takes no work: it was drained, or is about to be, and not restarted since. */
export interface DrainedNode {
  readonly instanceId: string;
  /** Since when it takes no work. */
  readonly since: number;
  /** The run or operation that drained it. */
  readonly by: string;
}

/** An instance outside the group that a run has prepared, and that costs what a node costs. */
export interface PreparedOutside {
  readonly instanceId: string;
  /** Its launch. */
  readonly since: number;
  /** The run that launched it. */
  readonly by: string;
}

/** What acts on the fleet, or stopped before its end. */
export interface Acting {
  readonly kind: "under way" | "interrupted" | "on hold";
  readonly what: "run" | "operation";
  readonly runId: string;
  /** Null: it has not come to its first. `abort`: the run is being reverted. */
  readonly step: string | null;
  /** Of what is under way the start of the step, otherwise when it stopped. */
  readonly since: number;
  readonly operator: string;
  /** Of what is under way: the last sign of life. */
  readonly heardAt: number | null;
  /** Of what was interrupted: nobody stopped it, its process fell silent. */
  readonly silent: boolean;
  /** Why it is on hold. */
  readonly code: ErrorCode | null;
  /** Whether `abort` can still revert it. */
  readonly canAbort: boolean;
}

/**
 * The state of the fleet, of which the worst is its name: down, what acts or was left, drained nodes. Plain data: it goes into
 * events and answers as it is. Times in ms since the epoch, on the run's clock.
 */
export interface FleetStanding {
  readonly stack: string;
  /** When this was the state. */
  readonly at: number;
  readonly kind: "in service" | "drained" | "on hold" | "interrupted" | "under way" | "service down";
  /** Whether any node takes work; null: the nodes were not observed. */
  readonly takesWork: boolean | null;
  readonly acting: Acting | null;
  readonly drained: readonly DrainedNode[];
  /** Absent: there is none, or nobody looked. */
  readonly prepared?: readonly PreparedOutside[];
  /** Since when the service does not answer; null: it answered when last asked, or a node serves. */
  readonly downSince: number | null;
  /** Runs and operations whose journals cannot be read: what they did is not known. */
  readonly unreadable: readonly string[];
}
