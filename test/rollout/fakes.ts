import type { RolloutEvent, RolloutJournalEntry, StackEnd } from "../../orchestration/domain/rollout/events";
import type { RolloutPlan, Wave } from "../../orchestration/domain/rollout/model";
import type { Release } from "../../orchestration/domain/release";
import type { KeptRollout, RolloutStore, StackCommands, StackSeen } from "../../orchestration/ports/rollout";
import { RepaveError } from "../../orchestration/domain/errors";

export const RELEASE = "v202207-2" as Release;

export const wave = (number: number, stacks: readonly string[], more: Partial<Wave> = {}): Wave => ({
  number,
  name: `w${number}`,
  stacks,
  concurrency: 1,
  soakMs: 0,
  holds: ["healthy", "no-run-on-hold"],
  approval: "none",
  ...more,
});

export const planOf = (waves: readonly Wave[], more: Partial<RolloutPlan> = {}): RolloutPlan => ({
  name: "r",
  release: RELEASE,
  windows: "stop",
  waves,
  ...more,
});

export const DONE: StackEnd = { outcome: "done", runId: "run-1", release: RELEASE, outageSeconds: 60 };
export const HALTED: StackEnd = {
  outcome: "halted",
  runId: "run-2",
  release: null,
  outageSeconds: 90,
  code: "GATE_TIMEOUT",
  detail: "i-1 did not pass",
  fleet: "on hold",
};

export const seen = (stack: string, more: Partial<StackSeen> = {}): StackSeen => ({
  standing: {
    stack,
    at: 0,
    kind: "in service",
    takesWork: true,
    acting: null,
    drained: [],
    downSince: null,
    unreadable: [],
  },
  nodes: [{ instanceId: "i-1", healthy: true }],
  ...more,
});

/** Rollouts in memory, as `rolloutStore` keeps them in a folder. */
export class MemoryRollouts implements RolloutStore {
  readonly kept = new Map<string, RolloutJournalEntry[]>();
  held = false;
  readonly stops = new Map<string, string>();
  /** Called before an entry is kept; may throw, as a process that is killed there. */
  onAppend: (entry: RolloutJournalEntry) => void = () => undefined;

  newest(): Promise<KeptRollout | undefined> {
    const id = [...this.kept.keys()].sort().at(-1);
    return Promise.resolve(id === undefined ? undefined : { id, entries: this.kept.get(id) ?? [] });
  }
  create(id: string): Promise<void> {
    this.kept.set(id, []);
    return Promise.resolve();
  }
  async append(id: string, entry: RolloutJournalEntry): Promise<void> {
    await Promise.resolve();
    this.onAppend(entry);
    this.kept.get(id)?.push(entry);
  }
  hold(): Promise<() => Promise<void>> {
    if (this.held) return Promise.reject(new RepaveError("ROLLOUT_RUNNING", "process 1 on here"));
    this.held = true;
    return Promise.resolve(() => {
      this.held = false;
      return Promise.resolve();
    });
  }
  isHeld(): Promise<boolean> {
    return Promise.resolve(this.held);
  }
  askToStop(id: string, by: string): Promise<void> {
    this.stops.set(id, by);
    return Promise.resolve();
  }
  stopAsked(id: string): Promise<string | undefined> {
    return Promise.resolve(this.stops.get(id));
  }
}

/** Commands whose answers a test decides; by default every stack is repaved and healthy. */
export class FakeCommands implements StackCommands {
  /** Every call, in its order: `+a` a repave of a starts, `-a` it ends, `?a` a look. */
  readonly calls: string[] = [];
  /** The most repaves that were under way at the same time. */
  most = 0;
  private running = 0;
  repaved: (stack: string, signal: AbortSignal) => StackEnd | Promise<StackEnd> = () => DONE;
  looked: (stack: string) => StackSeen = seen;

  repave: StackCommands["repave"] = async (stack, _goal, watching) => {
    const { signal } = watching;
    this.calls.push(`+${stack}`);
    this.most = Math.max(this.most, (this.running += 1));
    watching.tell({ kind: "step", step: "drain", title: "drain" });
    await new Promise((resolve) => setImmediate(resolve));
    const end = await this.repaved(stack, signal);
    this.running -= 1;
    this.calls.push(`-${stack}`);
    return end;
  };
  look: StackCommands["look"] = async (stack) => {
    this.calls.push(`?${stack}`);
    await Promise.resolve();
    return this.looked(stack);
  };
  forecast: StackCommands["forecast"] = () => Promise.reject(new Error("not asked for"));
}

export const events = (told: readonly RolloutEvent[]): readonly string[] => told.map(({ event }) => event);
