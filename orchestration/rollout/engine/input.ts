import type { RolloutInput, WaveInput } from "../../../infra/rollout/contract";
import { recordedRelease, shortName } from "../../domain/release";
import { CONDITIONS, type Condition, type Goal, type RolloutPlan, type Wave } from "../../domain/rollout/model";

export interface InputFacts {
  readonly file: string;
  readonly startedBy: string;
  /** CodeBuild project of a stack's job. */
  readonly projectOf: (stack: string) => string;
}

/** Looks at a wave's stacks: one at the start of the soak, and one at the end of each of this many parts of it … */
const PARTS = 4;
/** … none of which is shorter than this: a look is a build, which takes a minute or two. */
const SHORTEST_PART_S = 600;

/** The input of an execution that carries the plan out. Pure. */
export const inputOf = (plan: RolloutPlan, { file, startedBy, projectOf }: InputFacts): RolloutInput => ({
  schema: 1,
  name: plan.name,
  file,
  startedBy,
  goal: goalOf(plan),
  windows: plan.windows,
  repave: ["rollout repave", ...buildWords(plan), "--windows", plan.windows].join(" "),
  waves: plan.waves.map(({ number, name, approval, concurrency, stacks, holds, soakMs }) => ({
    number,
    name,
    approval,
    concurrency,
    stacks: stacks.map((stack) => ({ stack, project: projectOf(stack) })),
    holds,
    looks: looksOf(soakMs / 1000),
    look: holds.length === 0 ? "" : ["rollout look --holds", ...holds].join(" "),
  })),
});

const goalOf = ({ release, image }: Goal): Goal => ({
  ...(release === undefined ? {} : { release }),
  ...(image === undefined ? {} : { image }),
});

const buildWords = ({ release, image }: Goal): readonly string[] => [
  ...(release === undefined ? [] : ["--release", shortName(release)]),
  ...(image === undefined ? [] : ["--image", image]),
];

/** Seconds before each look. */
function looksOf(soakSeconds: number): readonly number[] {
  if (soakSeconds === 0) return [0];
  const parts = Math.max(1, Math.min(PARTS, Math.floor(soakSeconds / SHORTEST_PART_S)));
  const part = Math.floor(soakSeconds / parts);
  return [0, ...Array.from({ length: parts - 1 }, () => part), soakSeconds - part * (parts - 1)];
}

/** Events that the history of an execution takes (Step Functions' quotas). An execution that reaches them fails wherever it is. */
export const MOST_EVENTS = 25_000;

/**
 * Events of an execution in which nothing is tried again and no window is waited for: what the states of `rolloutDefinition` come to.
 * Counted on an interpreter by `npm run rollout-scale`.
 */
export const expectedEvents = ({ waves }: RolloutInput): number =>
  waves.reduce((sum, { stacks, concurrency, approval, looks, look }) => {
    const batches = Math.ceil(stacks.length / concurrency);
    const soak = look === "" ? 8 : 10 + 12 * stacks.length;
    return sum + 16 + 10 * batches + 12 * stacks.length + looks.length * soak + (approval === "person" ? 6 : 0);
  }, 13);

/** The plan that an execution was started with. */
export const planOf = ({ name, goal, windows, waves }: RolloutInput): RolloutPlan => ({
  name,
  ...(goal.release === undefined ? {} : { release: recordedRelease(goal.release) }),
  ...(goal.image === undefined ? {} : { image: goal.image }),
  windows,
  waves: waves.map(waveOf),
});

const waveOf = ({ number, name, approval, concurrency, stacks, holds, looks }: WaveInput): Wave => ({
  number,
  name,
  approval,
  concurrency,
  stacks: stacks.map(({ stack }) => stack),
  holds: holds.filter((condition): condition is Condition => (CONDITIONS as readonly string[]).includes(condition)),
  soakMs: looks.reduce((sum, each) => sum + each, 0) * 1000,
});
