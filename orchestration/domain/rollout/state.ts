import { type RolloutPlan, type Wave } from "./model";
import type { RolloutFinished, RolloutJournalEntry, StackEnd, StackResult } from "./events";

/** A stack as the journal knows it. */
export interface StackState {
  readonly stack: string;
  /** A process was started for it, and has not said how it ended: it may still be at work. */
  readonly begun: boolean;
  /** Why its process waits. */
  readonly waiting?: string;
  /** How it ended the last time. */
  readonly end?: StackEnd;
}

export interface WaveState {
  readonly wave: Wave;
  readonly approvedBy?: string;
  readonly begun: boolean;
  readonly soak: "not begun" | "under way" | "passed" | "failed";
  readonly stacks: readonly StackState[];
}

/** A rollout as its journal tells it. */
export interface RolloutState {
  readonly plan: RolloutPlan;
  readonly startedAt: number;
  readonly operator: string;
  readonly waves: readonly WaveState[];
  /** How its last process ended; undefined: it is under way, or was killed. */
  readonly finished: RolloutFinished | undefined;
}

/** Reads a journal. Undefined: it has no beginning. */
export function foldRollout(entries: readonly RolloutJournalEntry[]): RolloutState | undefined {
  const [first, ...rest] = entries;
  if (first?.event !== "rollout.started") return undefined;
  const { plan, operator, at } = first;
  const beginning: RolloutState = {
    plan,
    operator,
    startedAt: at,
    finished: undefined,
    waves: plan.waves.map((wave) => ({
      wave,
      begun: false,
      soak: "not begun",
      stacks: wave.stacks.map((stack) => ({ stack, begun: false })),
    })),
  };
  return rest.reduce(next, beginning);
}

function next(state: RolloutState, entry: RolloutJournalEntry): RolloutState {
  switch (entry.event) {
    case "rollout.started":
      return state;
    case "rollout.resumed":
      return { ...state, finished: undefined };
    case "rollout.wave.approved":
      return inWave(state, entry.wave, (wave) => ({ ...wave, approvedBy: entry.by }));
    case "rollout.wave.started":
      return inWave(state, entry.wave, (wave) => ({ ...wave, begun: true }));
    case "rollout.stack.started":
      return inStack(state, entry.wave, entry.stack, ({ stack }) => ({ stack, begun: true }));
    case "rollout.stack.waiting":
      return inStack(state, entry.wave, entry.stack, (stack) => ({ ...stack, waiting: entry.why }));
    case "rollout.stack.finished":
      return inStack(state, entry.wave, entry.stack, ({ stack }) => ({ stack, begun: false, end: entry }));
    case "rollout.soak.started":
      return inWave(state, entry.wave, (wave) => ({ ...wave, soak: "under way" }));
    case "rollout.soak.passed":
      return inWave(state, entry.wave, (wave) => ({ ...wave, soak: "passed" }));
    case "rollout.soak.failed":
      return inWave(state, entry.wave, (wave) => ({ ...wave, soak: "failed" }));
    case "rollout.finished":
      return { ...state, finished: entry };
  }
}

const inWave = (state: RolloutState, number: number, change: (wave: WaveState) => WaveState): RolloutState => ({
  ...state,
  waves: state.waves.map((each) => (each.wave.number === number ? change(each) : each)),
});

const inStack = (
  state: RolloutState,
  wave: number,
  name: string,
  change: (stack: StackState) => StackState,
): RolloutState =>
  inWave(state, wave, (each) => ({
    ...each,
    stacks: each.stacks.map((stack) => (stack.stack === name ? change(stack) : stack)),
  }));

/** Whether the stack has reached the rollout's goal. */
export const isThere = ({ end }: Pick<StackState, "end">): boolean =>
  end?.outcome === "done" || end?.outcome === "nothing-to-do";

/** Whether the same command continues this rollout, instead of beginning another. */
export const isOpen = ({ finished }: RolloutState): boolean =>
  finished === undefined || (finished.outcome !== "done" && finished.by !== "aborted");

/** Whether any run of this rollout may have changed something. */
export const hasActed = ({ waves }: Pick<RolloutState, "waves">): boolean =>
  waves.some(({ stacks }) =>
    stacks.some(
      ({ begun, end }) => begun || (end && !["nothing-to-do", "not-now", "blocked", "declined"].includes(end.outcome)),
    ),
  );

/** Every stack with how it ended, in the order of the waves. */
export const resultsOf = ({ waves }: Pick<RolloutState, "waves">): readonly StackResult[] =>
  waves.flatMap(({ wave, stacks }) =>
    stacks.map(({ stack, begun, end }): StackResult => ({
      stack,
      wave: wave.number,
      outcome: begun ? "unknown" : (end?.outcome ?? "not-started"),
      release: end?.release ?? null,
      outageSeconds: end?.outageSeconds ?? null,
    })),
  );
