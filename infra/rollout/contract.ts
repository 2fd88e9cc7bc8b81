/**
 * What the state machine of rollouts and the orchestrator agree on: the input of an execution, the names of the states by which its
 * history is read, and what a build says at its end. Types and names only; nothing here may import anything.
 */

/** The input of an execution: a rollout as its file says it, in the words that the builds of its stacks are called with. */
export interface RolloutInput {
  readonly schema: 1;
  /** Name of the rollout. */
  readonly name: string;
  /** Its file, as it was named on the command line: for messages. */
  readonly file: string;
  readonly startedBy: string;
  /** What every stack is brought to; a key that is absent: every stack keeps its own. */
  readonly goal: { readonly release?: string; readonly image?: string };
  readonly windows: "stop" | "wait";
  /** Words of the verb that repaves a stack. */
  readonly repave: string;
  readonly waves: readonly WaveInput[];
}

export interface WaveInput {
  /** From 1. */
  readonly number: number;
  readonly name: string;
  readonly approval: "none" | "person";
  /** Stacks that are repaved at the same time. */
  readonly concurrency: number;
  readonly stacks: readonly StackInput[];
  readonly holds: readonly string[];
  /** Seconds before each look at the wave's stacks; together they are its soak. */
  readonly looks: readonly number[];
  /** Words of the verb that looks at a stack; "": nobody looks. */
  readonly look: string;
}

export interface StackInput {
  readonly stack: string;
  /** CodeBuild project of its job. */
  readonly project: string;
}

/** States that tell how far an execution is, by what enters them. */
export const STATES = {
  /** A wave. Its task has a token, with which a person's decision is sent. */
  approval: "Ask for approval",
  /** A wave; `approval.by`: who agreed. */
  wave: "Start wave",
  /** `stack`, at each try. */
  repave: "Repave stack",
  /** `stack`, and in `result.end` why it waits and until when. */
  window: "Wait for its window",
  /** `stack`, and how it ended in `result.end`. */
  there: "Stack is there",
  /** `stack`, and in `error` what the service says of its build. */
  failed: "Stack failed",
  /** A wave, all of whose stacks are there. */
  soak: "Soak",
  /** `stack`, at each look. */
  look: "Look at stack",
  /** `stack`, and in `result.end.detail` what does not hold. */
  broken: "Does not hold",
  /** `stack`, which could not be observed. */
  blind: "Cannot be observed",
  /** A wave that held. */
  done: "Wave done",
} as const;

/** Environment of a build: words of the verb that it calls on its stack. Absent: it patches, as its schedule has it. */
export const CALL_ENV = "TFE_REPAVE_CALL";

/** The one variable that a build exports: JSON of its end, as the verb says it. */
export const END_ENV = "TFE_REPAVE_END";

/** File that the verb writes its end into, on the machine of a build. */
export const END_FILE = "/tmp/tfe-repave-end.json";

/** In the end of a build whose run stopped at a safe point, because CodeBuild would have ended it: another build resumes it. */
export const RESUMABLE = "tfe-repave:resumable";

/** Attribute of the message that asks for an approval: the token with which the answer is sent. */
export const TOKEN_ATTRIBUTE = "token";

/** What a person sends instead of an approval. */
export const DECLINED = "Declined";
