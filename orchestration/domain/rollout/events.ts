import type { ErrorCode } from "../errors";
import type { Outcome } from "../events";
import type { Release } from "../release";
import type { RolloutPlan } from "./model";

/** How a stack of a rollout ended: as its run did; `unknown`: its process ended without saying; or it never started. */
export type StackOutcome = Outcome | "unknown" | "not-started";

/** How a process that repaves a stack ended. */
export interface StackEnd {
  readonly outcome: Exclude<StackOutcome, "not-started">;
  readonly runId: string | null;
  /** The release that the run was for; null: it did not come so far. */
  readonly release: Release | null;
  readonly outageSeconds: number | null;
  /** Why it did not end as intended. */
  readonly code?: ErrorCode;
  readonly detail?: string;
  /** Ids of the checks that kept it from starting. */
  readonly failedChecks?: readonly string[];
  /** What the fleet was left in. */
  readonly fleet?: string;
  /** What to do about it. */
  readonly next?: string;
}

export const ROLLOUT_OUTCOMES = ["done", "stopped", "failed", "interrupted"] as const;

/**
 * How a rollout ended. `stopped`: before a wave, because somebody declined or aborted it; `failed`: a stack did not reach its goal, or did
 * not hold while it soaked. All but `done` are resumed by the same command.
 */
export type RolloutOutcome = (typeof ROLLOUT_OUTCOMES)[number];

/** One stack in the last line of a rollout. */
export interface StackResult {
  readonly stack: string;
  /** Number of its wave, from 1. */
  readonly wave: number;
  readonly outcome: StackOutcome;
  readonly release: Release | null;
  readonly outageSeconds: number | null;
}

export interface RolloutFinished {
  readonly event: "rollout.finished";
  readonly outcome: RolloutOutcome;
  readonly stacks: readonly StackResult[];
  /** Why it did not end as intended. */
  readonly because?: string;
  /** Whether somebody declined or aborted it. */
  readonly by?: "declined" | "aborted";
}

/** What the journal of a rollout holds: all that a later process knows of it. `wave` is the wave's number. */
export type RolloutEntry =
  | { readonly event: "rollout.started"; readonly plan: RolloutPlan; readonly operator: string }
  | { readonly event: "rollout.resumed"; readonly operator: string }
  | { readonly event: "rollout.wave.approved"; readonly wave: number; readonly by: string }
  | { readonly event: "rollout.wave.started"; readonly wave: number; readonly stacks: readonly string[] }
  | { readonly event: "rollout.stack.started"; readonly wave: number; readonly stack: string }
  /** The stack's process waits before it tries again. */
  | { readonly event: "rollout.stack.waiting"; readonly wave: number; readonly stack: string; readonly why: string }
  | ({ readonly event: "rollout.stack.finished"; readonly wave: number; readonly stack: string } & StackEnd)
  | { readonly event: "rollout.soak.started"; readonly wave: number; readonly seconds: number }
  | { readonly event: "rollout.soak.passed"; readonly wave: number }
  | { readonly event: "rollout.soak.failed"; readonly wave: number; readonly stack: string; readonly detail: string }
  | RolloutFinished;

/** An entry as it is kept; `at` in milliseconds since the epoch, on the machine's clock. */
export type RolloutJournalEntry = RolloutEntry & { readonly at: number };

/** What a rollout tells whoever watches. */
export type RolloutEvent =
  | RolloutEntry
  | { readonly event: "rollout.stack.step"; readonly stack: string; readonly step: string; readonly title: string }
  | { readonly event: "rollout.stack.outage"; readonly stack: string; readonly began: boolean }
  | { readonly event: "rollout.note"; readonly text: string };
