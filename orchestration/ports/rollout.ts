import type { StackEnd, RolloutEntry, RolloutEvent, RolloutJournalEntry } from "../domain/rollout/events";
import type { Goal } from "../domain/rollout/model";
import type { FleetStanding } from "../domain/standing/state";

/** How far the process of a stack is. */
export type StackProgress =
  | { readonly kind: "step"; readonly step: string; readonly title: string }
  | { readonly kind: "outage"; readonly began: boolean };

export interface Watching {
  tell(progress: StackProgress): void;
  /** Asks the process to stop at its next safe point. It is waited for all the same. */
  readonly signal: AbortSignal;
}

/** What a stack looks like while it soaks. */
export interface StackSeen {
  readonly standing: FleetStanding;
  readonly nodes: readonly { readonly instanceId: string; readonly healthy: boolean }[];
}

/** What `plan` says of a stack. */
export interface StackForecast {
  /** The plan in lines: the path, the build, the forecast. */
  readonly lines: readonly string[];
  /** Ids of checks that would refuse the run. */
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  readonly expectedSeconds: number | null;
  /** As it is to be expected, and at most. */
  readonly likelyOutageSeconds: number | null;
  readonly outageSeconds: number | null;
  /** Every node already runs the build. */
  readonly isThere: boolean;
  /** Why there is no forecast. */
  readonly problem?: string;
}

/** Verbs of this tool on one stack, each a process of its own. What such a process says is its result: it is not thrown. */
export interface StackCommands {
  /** Repaves the stack, or resumes the run that an earlier process of the same goal left. */
  repave(stack: string, goal: Goal, watching: Watching): Promise<StackEnd>;
  /** Changes nothing. Throws a RepaveError where the stack cannot be observed. */
  look(stack: string, signal: AbortSignal): Promise<StackSeen>;
  /** Changes nothing. */
  forecast(stack: string, goal: Goal, signal: AbortSignal): Promise<StackForecast>;
}

/** A rollout that a file began, with its journal. */
export interface KeptRollout {
  readonly id: string;
  readonly entries: readonly RolloutJournalEntry[];
}

/** The rollouts of one file. Everything throws `ROLLOUT_UNREADABLE` for what cannot be read or written. */
export interface RolloutStore {
  /** The newest. */
  newest(): Promise<KeptRollout | undefined>;
  create(id: string): Promise<void>;
  /** On disk when it resolves. */
  append(id: string, entry: RolloutJournalEntry): Promise<void>;
  /** Keeps other processes from the rollouts of this file until it is released. Throws `ROLLOUT_RUNNING`. */
  hold(): Promise<() => Promise<void>>;
  /** Whether a process holds them now. */
  isHeld(): Promise<boolean>;
  /** Asks the process that holds them to start nothing more. */
  askToStop(id: string, by: string): Promise<void>;
  /** Who asked; undefined: nobody. */
  stopAsked(id: string): Promise<string | undefined>;
}

export interface RolloutReporter {
  emit(event: RolloutEvent): void;
}

export type { RolloutEntry };
