import { isDeepStrictEqual } from "node:util";
import { RepaveError } from "../domain/errors";
import type { RolloutEntry, RolloutFinished, RolloutJournalEntry } from "../domain/rollout/events";
import type { RolloutPlan } from "../domain/rollout/model";
import { foldRollout, isOpen, resultsOf, type RolloutState, type WaveState } from "../domain/rollout/state";
import { stamp } from "../run/stamp";
import type { Ending, RolloutOptions } from "./options";

type Keeping = Pick<RolloutOptions, "store" | "reporter" | "now" | "operator" | "newId">;

/** `rollout-20261123-031500-k3f9`: sorts by time. */
export const rolloutId = (now: number, nonce: string): string => `rollout-${stamp(now)}-${nonce}`;

/** The journal of one rollout: every entry is on disk before the next act, and is told afterwards. */
export class RolloutJournal {
  /** One entry after the other, however many stacks are under way. */
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    readonly id: string,
    private readonly keeping: Keeping,
    private entries: readonly RolloutJournalEntry[],
  ) {}

  /** Opens the unfinished rollout of the file, or a new one. Throws `ROLLOUT_CHANGED` where its file says something else now. */
  static async open(plan: RolloutPlan, keeping: Keeping): Promise<RolloutJournal> {
    const newest = await keeping.store.newest();
    const state = newest && foldRollout(newest.entries);
    if (!newest || !state || !isOpen(state)) return new RolloutJournal(keeping.newId(), keeping, []);
    if (!isDeepStrictEqual(state.plan, plan))
      throw new RepaveError("ROLLOUT_CHANGED", `${newest.id}, which began with other waves or another goal`);
    return new RolloutJournal(newest.id, keeping, newest.entries);
  }

  /** Undefined before `begin`. */
  get state(): RolloutState | undefined {
    return foldRollout(this.entries);
  }

  wave(number: number): WaveState {
    const found = this.state?.waves.find(({ wave }) => wave.number === number);
    if (!found) throw new RepaveError("INTERNAL", `the rollout has no wave ${number}`);
    return found;
  }

  /** The first entry of a process */
  async begin(plan: RolloutPlan): Promise<void> {
    const { store, operator } = this.keeping;
    const isNew = this.entries.length === 0;
    if (isNew) await store.create(this.id);
    await this.record(isNew ? { event: "rollout.started", plan, operator } : { event: "rollout.resumed", operator });
  }

  record(entry: RolloutEntry): Promise<void> {
    const written = this.writing.then(async () => {
      const { store, now, reporter } = this.keeping;
      const kept: RolloutJournalEntry = { ...entry, at: now() };
      await store.append(this.id, kept);
      this.entries = [...this.entries, kept];
      reporter.emit(entry);
    });
    this.writing = written.catch(() => undefined);
    return written;
  }

  /** The last entry of a process */
  async finish(ending: Ending): Promise<RolloutFinished> {
    const { state } = this;
    if (!state) throw new RepaveError("INTERNAL", "the rollout has not begun");
    const { outcome, ...why } = ending;
    const finished: RolloutFinished = { event: "rollout.finished", outcome, stacks: resultsOf(state), ...why };
    await this.record(finished);
    return finished;
  }
}
