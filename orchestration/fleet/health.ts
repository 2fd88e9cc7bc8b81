import type { Observation } from "../domain/observation";
import type { Fleet, Instance } from "../domain/fleet";
import { allHeld, conditions, type NodeAnswers } from "../domain/health";
import { type Release, UNKNOWN_RELEASE } from "../domain/release";
import type { Ports } from "../run/context";
import { lookAt } from "./sight";

/** One node: what was observed of it, and the verdict. */
export interface NodeSeen {
  readonly instance: Instance;
  readonly answers: NodeAnswers;
  /** The release that it was judged by; undefined: neither the node nor its tag says one. */
  readonly release: Release | undefined;
  readonly observations: readonly Observation[];
  readonly healthy: boolean;
}

/** The release that a node must run. */
export type JudgedBy = (instance: Instance, answers: NodeAnswers) => Release | undefined;

/** The release it runs; where it does not say, the one it was built for. */
export const byWhatItRuns: JudgedBy = (instance, answers) => answers.release ?? instance.release;

/** The release it was built for; where its tag does not say (an airgap package decides), the one that it runs. */
export const byItsBuild: JudgedBy = (instance, answers) => instance.release ?? answers.release;

/** Observes these nodes of the fleet and judges each. A node whose release is unknown is not healthy. */
export function lookAtNodes(
  { tfe }: Pick<Ports, "tfe">,
  fleet: Fleet,
  instances: readonly Instance[],
  judgedBy: JudgedBy,
): Promise<readonly NodeSeen[]> {
  return Promise.all(
    instances.map(async (instance) => {
      const { answers } = await lookAt(tfe, fleet, instance.id);
      const release = judgedBy(instance, answers);
      const observations = conditions({ instance, answers }, release ?? UNKNOWN_RELEASE);
      return { instance, answers, release, observations, healthy: release !== undefined && allHeld(observations) };
    }),
  );
}

/** Counts how many times in a row a condition held. */
export interface Streak {
  readonly needed: number;
  /** Passes in a row so far. */
  readonly count: () => number;
  /** Counts one more observation; a failed one restarts the count. Returns whether it has held often enough. */
  add(held: boolean): boolean;
}

export function inARow(needed: number): Streak {
  let count = 0;
  return {
    needed,
    count: () => count,
    add(held) {
      count = held ? count + 1 : 0;
      return count >= needed;
    },
  };
}
