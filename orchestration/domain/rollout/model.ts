import type { Release } from "../release";

/** What must hold on every stack of a wave while it soaks. */
export const CONDITIONS = ["healthy", "no-run-on-hold"] as const;

export type Condition = (typeof CONDITIONS)[number];

/** Stacks that are repaved together, and what comes before and after. */
export interface Wave {
  /** From 1, in the order of the file. */
  readonly number: number;
  readonly name: string;
  readonly stacks: readonly string[];
  /** Stacks that are repaved at the same time. */
  readonly concurrency: number;
  /** Time between the last stack of the wave and the next wave, in milliseconds. */
  readonly soakMs: number;
  readonly holds: readonly Condition[];
  /** `person`: somebody must agree before the wave starts. */
  readonly approval: "none" | "person";
}

/** What a rollout does, as its file says it. */
export interface RolloutPlan {
  readonly name: string;
  /** Absent: every stack keeps its release. */
  readonly release?: Release;
  /** `latest`, or the id of an image. Absent: every stack keeps its image. */
  readonly image?: string;
  /** What is done where a stack's maintenance window is closed. */
  readonly windows: "stop" | "wait";
  readonly waves: readonly Wave[];
}

/** What every stack of a rollout is brought to. */
export type Goal = Pick<RolloutPlan, "release" | "image">;

export const stacksOf = ({ waves }: Pick<RolloutPlan, "waves">): readonly string[] =>
  waves.flatMap(({ stacks }) => stacks);
