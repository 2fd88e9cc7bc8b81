import { z } from "zod";
import { CONDITIONS } from "../../../domain/rollout/model";
import { OUTCOMES } from "../../../domain/events";
import { type RolloutEvent, type RolloutJournalEntry, ROLLOUT_OUTCOMES } from "../../../domain/rollout/events";
import * as v from "./values";

const { count, errorCode, release, runId, seconds, text } = v;
const object = z.strictObject;

const stack = text.describe("the stack's name");
export const rolloutWave = z.number().int().min(1).describe("number of the wave, from 1");
const wave = rolloutWave;
const operator = v.operator;

const plan = object({
  name: text,
  release: release.exactOptional().describe("absent: every stack keeps its release"),
  image: text.exactOptional().describe("`latest` or an image id; absent: every stack keeps its image"),
  windows: z.enum(["stop", "wait"]),
  waves: z.array(
    object({
      number: wave,
      name: text,
      stacks: z.array(text),
      concurrency: count,
      soakMs: count,
      holds: z.array(z.enum(CONDITIONS)),
      approval: z.enum(["none", "person"]),
    }),
  ),
}).describe("the rollout as its file says it");

const stackOutcome = z.enum([...OUTCOMES, "unknown"]);

const end = {
  outcome: stackOutcome.describe("outcome of its `run.finished`; `unknown`: its process ended without one"),
  runId: runId.nullable(),
  release: release.nullable().describe("what every node runs now; null: not known, or they differ"),
  outageSeconds: seconds.nullable(),
  code: errorCode.exactOptional().describe("why it did not end as intended"),
  detail: text.exactOptional(),
  failedChecks: z.array(text).exactOptional().describe("ids of the checks that kept it from starting"),
  fleet: text.exactOptional().describe("what the fleet was left in"),
  next: text.exactOptional().describe("what to do about it"),
};

/** Every stack with how it ended. */
export const rolloutStacks = z.array(
  object({
    stack,
    wave,
    outcome: z.enum([...OUTCOMES, "unknown", "not-started"]),
    release: end.release,
    outageSeconds: end.outageSeconds,
  }),
);

/** The lines of a rollout besides their time. */
export const ROLLOUT_FACTS = {
  "rollout.started": object({ plan, operator }).describe("`rollout`: its journal is open, and nothing is done yet."),
  "rollout.resumed": object({ operator }).describe("`rollout`: another process continues it."),
  "rollout.wave.approved": object({ wave, by: operator }).describe("Somebody agreed to a wave."),
  "rollout.wave.started": object({ wave, stacks: z.array(text) }).describe(
    "The stacks of a wave are repaved from now on.",
  ),
  "rollout.stack.started": object({ wave, stack }).describe("A process for the stack starts."),
  "rollout.stack.step": object({ stack, step: v.step, title: text }).describe("The stack's run has come to a step."),
  "rollout.stack.outage": object({ stack, began: z.boolean().describe("false: it ended") }).describe(
    "The outage of a stack starts or ends.",
  ),
  "rollout.stack.waiting": object({ wave, stack, why: text }).describe(
    "A stack is tried again later: its window is closed, or an earlier process still works on it.",
  ),
  "rollout.stack.finished": object({ wave, stack, ...end }).describe("The process of a stack ended."),
  "rollout.soak.started": object({ wave, seconds }).describe(
    "Every stack of the wave is repaved and is watched from now on.",
  ),
  "rollout.soak.passed": object({ wave }).describe("Everything held while the wave soaked."),
  "rollout.soak.failed": object({ wave, stack, detail: text }).describe("A stack did not hold while its wave soaked."),
  "rollout.note": object({ text }).describe("`rollout`: what a person may want to know."),
  "rollout.finished": object({
    outcome: z
      .enum(ROLLOUT_OUTCOMES)
      .describe(
        "`stopped`: somebody declined or aborted it; `failed`: a stack did not reach its goal, or did not hold",
      ),
    stacks: rolloutStacks,
    because: text.exactOptional().describe("why it did not end as intended"),
    by: z.enum(["declined", "aborted"]).exactOptional(),
  }).describe("`rollout`: its last line."),
} as const satisfies Record<RolloutEvent["event"], z.ZodObject>;

const TRANSIENT = ["rollout.stack.step", "rollout.stack.outage", "rollout.note"];

const ENTRIES = Object.entries(ROLLOUT_FACTS)
  .filter(([name]) => !TRANSIENT.includes(name))
  .map(([name, { shape }]) => z.strictObject({ event: z.literal(name), at: v.time, ...shape }));

const [first, ...others] = ENTRIES as unknown as [z.ZodObject, ...z.ZodObject[]];
const ENTRY = z.discriminatedUnion("event", [first, ...others] as never);

/** Reads a line of a rollout's journal. Throws for what is none. */
export const parseRolloutEntry = (value: unknown): RolloutJournalEntry => ENTRY.parse(value);

/** An entry as it is written. */
export const writtenRolloutEntry = (entry: RolloutJournalEntry): string => JSON.stringify(ENTRY.encode(entry as never));
