import type { LeaseRecord } from "../../infra/contract";
import { RepaveError } from "../domain/errors";
import type { DurableEvent, RunEvent } from "../domain/events";
import { apply, EMPTY_RUN, fold, type JournalEntry, type RunState } from "../domain/journal";
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
 * One run: its journal, what follows from it, and its lease. Until the journal is opened (by the claim) events are kept and
 * written first thing afterwards, so that a preflight that says no leaves nothing behind.
 */
export class Run {
  #state: RunState = EMPTY_RUN;
  #seq = 0;
  #opened = false;
  #waiting: JournalEntry[] = [];
  #lease: LeaseRecord | undefined;
  #writing: Promise<void> = Promise.resolve();
  readonly #parts: Parts;

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

  /** Writes the event to the journal; it is durable when this resolves. Then tells the reporter. */
  async record(event: DurableEvent): Promise<void> {
    const entry: JournalEntry = { seq: this.#seq++, at: this.#parts.clock.now(), ...event };
    if (!this.#opened) this.#waiting.push(entry);
    else {
      // The heartbeat writes beside the steps: one line after the other, in the order of their numbers.
      const written = this.#writing.then(() => this.#parts.store.append(this.id, entry));
      this.#writing = written.catch(() => undefined);
      await written;
    }
    this.#state = apply(this.#state, event);
    this.#parts.reporter.emit(event);
  }

  /** Tells whoever watches; leaves no trace. */
  tell(event: RunEvent): void {
    this.#parts.reporter.emit(event);
  }

  /** From here on the journal is on disk, what waited included. */
  async open(lease: LeaseRecord): Promise<void> {
    this.#lease = lease;
    // Another process may have gone on with the run between the first look and the lease: what it wrote counts.
    const written = await this.#parts.store.journal(this.id);
    this.#seq = nextSeq(written);
    this.#waiting = this.#waiting.map((entry) => ({ ...entry, seq: this.#seq++ }));
    this.#state = this.#waiting.reduce<RunState>(apply, fold(written));
    for (const entry of this.#waiting) await this.#parts.store.append(this.id, entry);
    this.#waiting = [];
    this.#opened = true;
  }

  /**
   * Shows that the lease is still ours, and prolongs it. Called by the heartbeat and before every act that cannot be taken back.
   * Throws `LEASE_LOST`.
   */
  async hold(ttlMs: number): Promise<void> {
    if (!this.#lease) throw new RepaveError("LEASE_LOST", "this run holds no lease");
    const { store, clock } = this.#parts;
    const step = this.#state.step;
    this.#lease = await store.renew(this.#lease, { now: clock.now(), ttlMs, ...(step === undefined ? {} : { step }) });
  }

  /**
   * Stops holding the lease but leaves its record: nobody else may change the stack before this run is finished, and whoever
   * goes on with it need not wait.
   */
  async park(): Promise<void> {
    if (this.#lease) await this.hold(0);
  }

  /** Gives the lease back: the run is over. */
  async letGo(): Promise<void> {
    if (this.#lease) await this.#parts.store.release(this.#lease);
    this.#lease = undefined;
  }
}

/** Not their count: a number whose writing failed is missing. */
const nextSeq = (entries: readonly JournalEntry[]): number => (entries.at(-1)?.seq ?? -1) + 1;
