import type { LeaseRecord } from "../../infra/contract";
import { RepaveError } from "../domain/errors";
import type { DurableEvent, RunEvent } from "../domain/events";
import { apply, EMPTY_RUN, fold, type JournalEntry, nextSeq, type RunState } from "../domain/journal";
import type { Clock } from "../ports/clock";
import type { Reporter } from "../ports/reporter";
import type { RunStore } from "../ports/runStore";

interface Parts {
  readonly runId: string;
  readonly store: RunStore;
  readonly clock: Clock;
  readonly reporter: Reporter;
}

/**
 * One run: its journal, the state derived from it, and its lease. Until the claim opens the journal, events are kept in memory
 * and written first thing afterwards, so a failed preflight leaves nothing behind.
 */
export class Run {
  #state: RunState = EMPTY_RUN;
  #seq = 0;
  /** Number of the next entry after the last one that is durable. */
  #durable = 0;
  #opened = false;
  #waiting: JournalEntry[] = [];
  #lease: LeaseRecord | undefined;
  #parked = false;
  #writing: Promise<void> = Promise.resolve();
  #waits = 0;
  /** Nodes that this process proved drained: when (monotonic), and after how many waits. */
  readonly #proofs = new Map<string, { readonly at: number; readonly waits: number }>();
  /** The hop for which this process last saw zero, when (monotonic), and after how many waits. */
  #zero: { readonly hop: number; readonly at: number; readonly waits: number } | undefined;
  readonly #parts: Parts;
  /** Of this process alone: it is never written down. */
  readonly secret = `${crypto.randomUUID()}-${crypto.randomUUID()}`;

  constructor(parts: Parts, entries: readonly JournalEntry[] = []) {
    this.#parts = parts;
    this.#state = fold(entries);
    this.#seq = nextSeq(entries);
  }

  get id(): string {
    return this.#parts.runId;
  }
  get state(): RunState {
    return this.#state;
  }
  get isOpen(): boolean {
    return this.#opened;
  }
  /** Undefined before the claim. */
  get fencingToken(): number | undefined {
    return this.#lease?.token;
  }
  /** Proves that an update of the stack is this run's; the lease keeps a digest of it. Undefined before the claim. */
  get fencingSecret(): string | undefined {
    return this.#lease && this.secret;
  }

  /** Writes the event to the journal, durable when this resolves. Then passes it to the reporter. */
  async record(event: DurableEvent): Promise<void> {
    const entry: JournalEntry = { seq: this.#seq++, at: this.#parts.clock.now(), ...event };
    if (!this.#opened) this.#waiting.push(entry);
    else {
      // The heartbeat and the steps write concurrently: one line after the other, in the order of their numbers.
      const written = this.#writing.then(() => this.#append(entry));
      this.#writing = written.catch(() => undefined);
      await written;
    }
    this.#state = apply(this.#state, event);
    if (event.event === "drain.proven") {
      this.#proofs.set(event.instanceId, { at: this.#parts.clock.monotonic(), waits: this.#waits });
    }
    if (event.event === "zero.reached")
      this.#zero = { hop: event.hop, at: this.#parts.clock.monotonic(), waits: this.#waits };
    this.#parts.reporter.emit(event);
  }

  /** A failure was waited out. What was proven before it may not hold any more. */
  waited(): void {
    this.#waits += 1;
  }

  /** How many waits there were. */
  get waits(): number {
    return this.#waits;
  }

  /** Whether this process proved the node drained not longer ago than that, with no failure waited out since. */
  isProven(instanceId: string, freshMs: number): boolean {
    const proof = this.#proofs.get(instanceId);
    return proof?.waits === this.#waits && this.#parts.clock.monotonic() - proof.at <= freshMs;
  }

  /** Whether this process saw the hop's zero reached, with no failure waited out since. */
  sawZero(hop: number): boolean {
    return this.#zero?.hop === hop && this.#zero.waits === this.#waits;
  }

  /** When (monotonic) this process saw the hop's zero reached; undefined: it did not, or a failure was waited out since. */
  zeroSeenAt(hop: number): number | undefined {
    return this.sawZero(hop) ? this.#zero?.at : undefined;
  }

  /** Passes the event to the reporter without recording it. */
  tell(event: RunEvent): void {
    this.#parts.reporter.emit(event);
  }

  /** Opens the journal and writes the events that were kept in memory. */
  async open(lease: LeaseRecord): Promise<void> {
    this.#lease = lease;
    // Another process may have continued the run between the first check and the lease. Its entries count.
    const written = await this.#parts.store.journal(this.id);
    this.#seq = nextSeq(written);
    this.#waiting = this.#waiting.map((entry) => ({ ...entry, seq: this.#seq++ }));
    this.#state = this.#waiting.reduce<RunState>(apply, fold(written));
    this.#durable = nextSeq(written);
    for (const entry of this.#waiting) await this.#append(entry);
    this.#waiting = [];
    this.#opened = true;
  }

  async #append(entry: JournalEntry): Promise<void> {
    await this.#parts.store.append(this.id, entry);
    this.#durable = entry.seq + 1;
  }

  /** Verifies and renews the lease. Called by the heartbeat and before every irreversible act. Throws `LEASE_LOST`. */
  async hold(ttlMs: number): Promise<void> {
    if (!this.#lease) throw new RepaveError("LEASE_LOST", "this run holds no lease");
    const { store, clock } = this.#parts;
    const { step } = this.#state;
    const reached = {
      ...(step === undefined ? {} : { step }),
      ...(this.#durable > 0 ? { entries: this.#durable } : {}),
    };
    this.#lease = await store.renew(this.#lease, { now: clock.now(), ttlMs, ...reached });
  }

  /** Whether this process has stopped renewing the lease: another may resume the run at any time. */
  get isParked(): boolean {
    return this.#parked;
  }

  /** Renews the lease of a parked run. Throws `LEASE_LOST` if another process has resumed it. */
  async unpark(ttlMs: number): Promise<void> {
    await this.hold(ttlMs);
    this.#parked = false;
  }

  /**
   * Stops renewing the lease but keeps its record: nobody else may change the stack before this run is finished, and a process
   * that resumes it does not have to wait.
   */
  async park(): Promise<void> {
    this.#parked = true;
    if (this.#lease) await this.hold(0);
  }

  /** Releases the lease: the run is over. */
  async letGo(): Promise<void> {
    if (this.#lease) await this.#parts.store.release(this.#lease);
    this.#lease = undefined;
  }
}
