import type { BuildRecord, LeaseRecord } from "../../infra/contract";
import type { JournalEntry } from "../domain/journal";
import type { Plan } from "../domain/plan";

/** One run as it was begun; what became of it is in its journal. */
export interface RunRecord {
  readonly schema: 1;
  readonly runId: string;
  readonly stack: string;
  /** Milliseconds since the epoch, on the run's clock. */
  readonly createdAt: number;
  /** `user@host`. */
  readonly operator: string;
  readonly plan: Plan;
  /** A call of the schedule began it, and another may go on with it. */
  readonly scheduled?: true;
}

/**
 * Where runs are kept: one store a stack. Throws `JOURNAL_UNWRITABLE` when it cannot be read or written; a store in AWS also
 * what may pass: `CREDENTIALS_INVALID`, `AWS_CALL_FAILED`.
 */
export interface RunStore {
  /** Opens a new run; an existing id is an error. */
  create(run: RunRecord): Promise<void>;
  /** Run ids with their records, oldest first. */
  list(): Promise<readonly RunRecord[]>;
  /** Every whole entry of the journal, in order; a torn last line (a crash in the middle of a write) is left out. */
  journal(runId: string): Promise<readonly JournalEntry[]>;
  /**
   * Adds an entry; durable when it resolves. Throws `LEASE_LOST` where the store sees that another process writes the same
   * journal: one of the two does not hold the lease.
   */
  append(runId: string, entry: JournalEntry): Promise<void>;
  /** Writes a file into the run's folder (report, evidence); replaces what was there. Resolves to where it is. */
  save(runId: string, name: string, content: string): Promise<string>;

  /**
   * Takes the lease if nobody holds it or if it ran out (`expiresAt` < now). Each acquisition has a higher token than any
   * before it. Of two callers at the same moment one wins.
   * Throws `LEASE_HELD` naming holder, since when, step and expiry.
   */
  acquire(request: { runId: string; holder: string; now: number; ttlMs: number }): Promise<LeaseRecord>;
  /** Prolongs it. Throws `LEASE_LOST` when a higher token exists or the lease is gone. */
  renew(lease: LeaseRecord, change: { now: number; ttlMs: number; step?: string }): Promise<LeaseRecord>;
  /** Gives it back. A lease that is no longer ours is left alone. */
  release(lease: LeaseRecord): Promise<void>;
  /** Who holds it, expired or not; undefined: nobody. */
  lease(): Promise<LeaseRecord | undefined>;

  /** What runs last wrote into the stack's file; undefined: nothing yet. */
  build(): Promise<BuildRecord | undefined>;
  /**
   * Keeps it as the newest; durable when it resolves. Only the holder of the lease may. Throws `LEASE_LOST` where one of its number
   * or a higher one is there: another process writes for this stack.
   */
  recordBuild(record: BuildRecord): Promise<void>;
}
