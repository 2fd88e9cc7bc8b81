import type { RolloutFinished } from "../domain/rollout/events";
import type { Clock } from "../ports/clock";
import type { Prompt } from "../ports/prompt";
import type { RolloutReporter, RolloutStore, StackCommands } from "../ports/rollout";

/** Who agrees to a wave that a person must approve. */
export interface Approvals {
  /** Every wave is approved on the command line. */
  readonly all: boolean;
  /** Names or numbers of waves that are approved on the command line. */
  readonly waves: readonly string[];
  /** Whether somebody is there to ask. */
  readonly canAsk: boolean;
}

export interface RolloutOptions {
  readonly store: RolloutStore;
  readonly commands: StackCommands;
  /** For pauses: in a rollout over labs alone it runs as fast as they do. */
  readonly clock: Clock;
  /** For records: the machine's own time, ms since the epoch. */
  readonly now: () => number;
  readonly prompt: Prompt;
  readonly approvals: Approvals;
  readonly reporter: RolloutReporter;
  readonly operator: string;
  /** Id of a new rollout. */
  readonly newId: () => string;
  /** Aborts when the operator stops the rollout. */
  readonly signal: AbortSignal;
}

/** How a rollout ends, before its stacks are counted. */
export type Ending = Omit<RolloutFinished, "event" | "stacks">;
