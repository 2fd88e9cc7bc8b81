import type { BuildRecord, LeaseRecord } from "../../infra/contract";
import type { JournalEntry } from "../domain/journal";
import type { Plan } from "../domain/plan";

/** One run as it was started. Its outcome is in its journal. */
export interface RunRecord {
  readonly schema: 1;
  readonly runId: string;
  readonly stack: string;
  /** Milliseconds since the epoch, on the run's clock. */
  readonly createdAt: number;
  /** `user@host`. */
  readonly operator: string;
  readonly plan: Plan;
  /** Started by a scheduled call, so another scheduled call may resume it. */
  readonly scheduled?: true;
}

/** A run whose record is damaged, or missing beside a journal. */
export interface UnreadableRun {
  readonly runId: string;
  /** As the run's id says it; 0 where the id says nothing. */
  readonly createdAt: number;
  readonly why: string;
}

/** What a holder writes into its lease when it renews it. Times in milliseconds since the epoch, on the run's clock. */
export interface Renewal {
  readonly now: number;
  readonly ttlMs: number;
  /** The current step. */
  readonly step?: string;
  /** Number of journal entries that are durable. */
  readonly entries?: number;
}

/**
 * Stores runs, one store per stack. What is in it is data that others may have written: it is held to bounds and to its schema.
 * Throws `RUN_STORE_UNREADABLE` if it, or one file of it, cannot be read, and `JOURNAL_UNWRITABLE` if it cannot be written. A store in
 * AWS also throws the errors of `callAws` that may pass.
 */
export interface RunStore {
  /**
   * Returns why others may read or change what is stored, or what was stored may be lost. `bucket`: the application's own, to
   * which its nodes may write.
   */
  concerns(application: { readonly bucket: string | undefined }): Promise<readonly string[]>;
  /** Writes this many bytes and removes them. Throws `JOURNAL_UNWRITABLE` if there is no room for them, or no permission. */
  makeSureOfRoom(bytes: number): Promise<void>;

  /** Creates a run. An existing id is an error. */
  create(run: RunRecord): Promise<void>;
  /** Returns the records of all runs that can be read, oldest first. */
  list(): Promise<readonly RunRecord[]>;
  /** Returns the runs that cannot be read, oldest first. Their journals are not looked at. */
  unreadable(): Promise<readonly UnreadableRun[]>;
  /** Returns the command with which a person takes a run out of the store, so that no run is in the way. It removes nothing. */
  setAside(runId: string): string;
  /** Returns every complete entry of the journal, in order. A torn last line, left by a crash during a write, is ignored. */
  journal(runId: string): Promise<readonly JournalEntry[]>;
  /**
   * Appends an entry, which is durable when this resolves. Throws `LEASE_LOST` if the store sees that another process writes to
   * the same journal: one of the two does not hold the lease.
   */
  append(runId: string, entry: JournalEntry): Promise<void>;
  /** Writes a file (report, evidence) into the run's folder and replaces an existing one. Resolves to its location. */
  save(runId: string, name: string, content: string): Promise<string>;

  /**
   * Takes the lease if nobody holds it or if it has expired (`expiresAt` < now). Each acquisition gets a higher token than any
   * earlier one. Of two simultaneous callers one succeeds. Throws `LEASE_HELD`, which names the holder, the start time, the step
   * and the expiry. Of `secret`, which lets the holder update the stack, only a digest is stored.
   */
  acquire(request: {
    runId: string;
    holder: string;
    secret?: string;
    now: number;
    ttlMs: number;
  }): Promise<LeaseRecord>;
  /** Renews the lease. Throws `LEASE_LOST` if a higher token exists or the lease is gone. */
  renew(lease: LeaseRecord, change: Renewal): Promise<LeaseRecord>;
  /** Releases the lease. A lease that is no longer ours is left alone. */
  release(lease: LeaseRecord): Promise<void>;
  /** Returns the lease, expired or not. Undefined: nobody holds it. */
  lease(): Promise<LeaseRecord | undefined>;

  /** Returns what runs last wrote to the stack file. Undefined: nothing yet. */
  build(): Promise<BuildRecord | undefined>;
  /**
   * Stores the record as the newest one, durable when this resolves. Only the holder of the lease may do so. Throws `LEASE_LOST`
   * if a record with the same or a higher number exists: another process writes for this stack.
   */
  recordBuild(record: BuildRecord): Promise<void>;
}
