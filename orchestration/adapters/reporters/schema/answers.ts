import { z } from "zod";
import { errorCode } from "./facts";
import * as v from "./values";

const { count, instanceId, release, runId, seconds, templateVersion, text, time } = v;
const object = z.strictObject;

const moment = z.iso.datetime();
const stack = text.describe("the stack's name");
const setting = text.nullable().describe("null: not set; a secret is not shown");

/** What the verbs that look, or write a file, answer with `--json`: one object each, or one for each thing that they found. */
export const ANSWERS = {
  status: object({
    stack,
    group: object({ name: text, min: count, desired: count, max: count, suspended: v.processes }),
    template: object({ active: text.describe("version that the group launches"), latest: templateVersion }),
    stackBuild: object({ release: release.nullable(), image: text }).describe(
      "what the stack is configured for, staged or active",
    ),
    nodes: z.array(
      object({
        instanceId,
        state: text,
        lifecycle: text.nullable().describe("null: not in the group"),
        target: text.describe("at the load balancer"),
        templateVersion: templateVersion.nullable(),
        image: text,
        release: release.nullable().describe("that the node says it runs"),
        healthy: z.boolean(),
        launchedAt: moment,
      }),
    ),
    unfinishedRun: object({ runId, step: text.nullable(), plan: v.plan }).nullable(),
    unfinishedOperation: text.nullable().describe("id of a `drain` or `restart` that left the processes suspended"),
    lease: object({
      schema: z.literal(1),
      token: count,
      runId,
      holder: text,
      acquiredAt: time,
      renewedAt: time,
      expiresAt: time,
      step: text.exactOptional(),
    }).nullable(),
  }).describe("`status`; with `--watch` one a look."),
  health: object({
    healthy: z.boolean(),
    nodes: z.array(
      object({
        event: z.literal("node.health"),
        instanceId,
        greens: count,
        needed: count,
        healthy: z.boolean(),
        observations: v.observations,
      }),
    ),
  }).describe("`health --watch`, one a look."),
  run: object({
    runId,
    startedAt: moment,
    operator: v.operator,
    scheduled: z.boolean(),
    plan: v.plan,
    change: text.describe("what it changed, or was to change, in words"),
    outcome: text.describe("as of `run.finished`, or `unfinished`"),
    resumable: z.boolean(),
    step: text.nullable().describe("where it is, or was at its end"),
    drainSeconds: seconds.nullable(),
    outageSeconds: seconds.nullable(),
    nodeBuildSeconds: seconds.nullable(),
    outageRatio: z.number().min(0).nullable(),
    overrides: z.array(object({ id: text, because: text })).describe("risks taken by name"),
  }).describe("`runs`, one a run."),
  report: object({ runId, where: text.describe("file or address of the page") }).describe("`report`."),
  sync: object({ stack, changed: text.nullable().describe("in words; null: the file was not behind") }).describe(
    "`sync`.",
  ),
  "app-config": object({ instanceId, settings: z.record(text, setting) }).describe("`app-config get`, one a node."),
  "app-config.diff": object({
    differences: z.array(
      object({
        key: text,
        nodes: z.record(instanceId, setting).describe("by instance id"),
        stack: setting.describe("in the stack's `appConfig`; null: not named there"),
        changedOn: z.array(instanceId).describe("nodes on which it was changed since they were built"),
        nodesDiffer: z.boolean(),
        kept: z.boolean().describe("the next build changes nothing"),
      }),
    ),
  }).describe("`app-config diff`."),
  "app-config.captured": object({
    settings: z.record(text, text).describe("what the stack's file has now"),
    secrets: z.array(text).describe("changed, but not captured, since they are secrets"),
    stackFile: text,
  }).describe("`app-config capture`."),
  "support-bundle": object({
    jobId: text,
    bucket: text,
    bundles: z.array(object({ instanceId, privateIp: text, key: text, bytes: count })),
    archive: object({
      file: text,
      bytes: count,
      sums: z.array(object({ path: text, sha256: text })),
    }).nullable(),
  }).describe("`support-bundle`."),
  schedule: object({
    stack,
    on: text,
    files: z.array(object({ path: text, text })),
    next: z.array(text).describe("what is left to do, for a person"),
    written: z.array(text).describe("paths of the files that were not there, or different, before"),
  }).describe("`schedule`."),
  error: object({
    code: errorCode,
    detail: text,
    remedy: text.exactOptional().describe("not with `--watch`"),
  }).describe("A command that could not begin: the only line there is. With `--watch`: a look that failed."),
} as const satisfies Record<string, z.ZodObject>;

export type AnswerName = keyof typeof ANSWERS;

/** What an answer says besides its name. */
export type Answer<K extends AnswerName> = v.DeepReadonly<z.infer<(typeof ANSWERS)[K]>>;

/** The object that is printed. */
export const answer = <K extends AnswerName>(event: K, facts: Answer<K>): { readonly event: K } & Answer<K> => ({
  event,
  ...facts,
});
