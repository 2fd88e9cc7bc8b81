import { z } from "zod";
import { rolloutStacks, rolloutWave } from "./rollout";
import * as v from "./values";

const { count, errorCode, instanceId, release, runId, seconds, templateVersion, text, time } = v;
const object = z.strictObject;

const moment = z.iso.datetime();
const stack = text.describe("the stack's name");
const setting = text.nullable().describe("null: not set; a secret is not shown");

/** The answers of read-only verbs, and of verbs that write a file, with `--json`: one object, or one per item. */
export const ANSWERS = {
  status: object({
    stack,
    standing: v.standing,
    group: object({ name: text, min: count, desired: count, max: count, suspended: v.processes }),
    template: object({ active: text.describe("template version that the group launches"), latest: templateVersion }),
    stackBuild: object({ release: release.nullable(), image: text }).describe("the configured build, staged or active"),
    nodes: z.array(
      object({
        instanceId,
        state: text,
        lifecycle: text.nullable().describe("null: not in the group"),
        target: text.describe("state at the load balancer"),
        templateVersion: templateVersion.nullable(),
        image: text,
        release: release.nullable().describe("as reported by the node"),
        healthy: z.boolean(),
        drained: z.boolean().describe("takes no work until it is restarted"),
        launchedAt: moment,
      }),
    ),
    packaging: z.enum(["replicated", "fdo"]).describe("how the running nodes are packaged"),
    move: object({
      runId,
      startedAt: moment,
      from: z.enum(["replicated", "fdo"]),
      to: z.enum(["replicated", "fdo"]),
      canGoBack: z.boolean().describe("`migrate --back` can take it back"),
      closed: text.nullable().describe("why the way back is closed; null: it is open, or this move was the way back"),
    })
      .nullable()
      .describe("the newest move of the fleet; null: none was made"),
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
      proof: text.exactOptional().describe("digest of the secret that lets the holder update the stack"),
    }).nullable(),
    unreadable: z.array(text).describe("files of the run store that cannot be read and may concern an active run"),
  }).describe("`status`; with `--watch` one per check."),
  stack: object({
    stack,
    release: release.nullable().describe("what the newest run that was done built; null: not known"),
    image: text.nullable(),
    repavedAt: moment.nullable().describe("start of that run"),
    ageSeconds: seconds.nullable().describe("since then"),
    standing: v.standing.nullable().describe("as the journals and the lease know it; the nodes are not observed"),
    window: text.nullable().describe("when a run may start"),
    lastOutageSeconds: seconds.nullable(),
    isFileBehind: z.boolean().nullable().describe("the stack's file is behind what the last run built"),
    newer: z.array(release).describe("newer releases that its nodes can run"),
    problem: object({ code: errorCode, detail: text }).nullable().describe("why nothing is known of it"),
  }).describe("`status --all` and `releases --outdated`, one per stack."),
  health: object({
    healthy: z.boolean().describe("every node is healthy, and the fleet takes work"),
    standing: v.standing.nullable().describe("null: not known to a stack's own check after its build"),
    nodes: z.array(
      object({
        event: z.literal("node.health"),
        instanceId,
        greens: count,
        needed: count,
        healthy: z.boolean(),
        drained: z.boolean(),
        observations: v.observations,
      }),
    ),
  }).describe("`health --watch`, one per check."),
  run: object({
    runId,
    startedAt: moment,
    operator: v.operator,
    scheduled: z.boolean(),
    plan: v.plan,
    change: text.describe("description of the change"),
    changeNumber: text.nullable().describe("number of the change, as `--change` gave it"),
    outcome: text.describe("outcome of `run.finished`, or `unfinished`"),
    resumable: z.boolean(),
    standing: z.enum(["ended", "under way", "interrupted", "on hold"]).describe("whether its process is alive"),
    heardAt: moment.nullable().describe("of a run under way: the last sign of life"),
    step: text.nullable().describe("current or last step"),
    drainSeconds: seconds.nullable(),
    outageSeconds: seconds.nullable(),
    nodeBuildSeconds: seconds.nullable(),
    outageRatio: z.number().min(0).nullable(),
    overrides: z.array(object({ id: text, because: text })).describe("accepted risks"),
  }).describe("`runs`, one per run."),
  "run.unreadable": object({ runId, why: text }).describe("`runs`, one per run that cannot be read."),
  release: object({
    release,
    name: text.describe("as the vendor names it: v202207-2"),
    packaging: z.enum(["replicated", "fdo"]),
    required: z.boolean().describe("cannot be skipped on the way to a newer one"),
    postgres: text.nullable().describe("versions of PostgreSQL; null: the vendor does not say"),
    redis: text.nullable().describe("versions of Redis; null: the vendor does not say"),
    refused: text.nullable().describe("why it cannot be chosen; null: it can"),
    path: z.array(release).nullable().describe("with `--from`: the releases to pass through; null: none is possible"),
    hazards: z.array(text),
    notes: z.array(text),
  }).describe("`releases`, one per release."),
  report: object({ runId, where: text.describe("file or address of the report") }).describe("`report`."),
  sync: object({
    stack,
    changed: text.nullable().describe("description of the change; null: the file was up to date"),
  }).describe("`sync`."),
  "app-config": object({ instanceId, settings: z.record(text, setting) }).describe("`app-config get`, one per node."),
  "app-config.diff": object({
    differences: z.array(
      object({
        key: text,
        nodes: z.record(instanceId, setting).describe("by instance id"),
        stack: setting.describe("value in the stack's `appConfig`; null: not set"),
        changedOn: z.array(instanceId).describe("nodes on which the setting was changed since they were built"),
        nodesDiffer: z.boolean(),
        kept: z.boolean().describe("the next build keeps the value"),
      }),
    ),
  }).describe("`app-config diff`."),
  "app-config.captured": object({
    settings: z.record(text, text).describe("the captured settings, now in the stack file"),
    secrets: z.array(text).describe("changed settings that were not captured because they are secrets"),
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
  rollout: object({
    id: text.nullable().describe("null: no rollout of the file has begun"),
    name: text,
    standing: z
      .enum(["not begun", "under way", "done", "stopped", "failed", "interrupted", "aborted"])
      .describe(
        "`interrupted`: its process was stopped or killed; all but `done` and `aborted` are resumed by the same command",
      ),
    stacks: rolloutStacks,
    because: text.nullable(),
  }).describe("`rollout status`, `abort`, `start`, `approve` and `stop`."),
  "rollout.look": object({
    stack,
    holds: z.boolean(),
    detail: text.nullable().describe("what does not hold"),
  }).describe("`rollout look`."),
  "rollout.plan": object({
    stack,
    wave: rolloutWave,
    text: z.array(text).describe("the plan in lines"),
    failed: z.array(text).describe("ids of the checks that would refuse the run"),
    skipped: z.array(text).describe("ids of the checks that were not made"),
    expectedSeconds: seconds.nullable(),
    likelyOutageSeconds: seconds.nullable().describe("expected outage"),
    outageSeconds: seconds.nullable().describe("the same at most"),
    isThere: z.boolean().describe("every node already runs the build"),
    problem: text.nullable().describe("why the stack cannot be planned"),
  }).describe("`rollout plan`, one per stack."),
  schedule: object({
    stack,
    on: text,
    when: text.describe("the calendar in words, with its next times"),
    files: z.array(object({ path: text, text })),
    next: z.array(text).describe("what is left for you to do"),
    written: z.array(text).describe("paths of new or changed files"),
  }).describe("`schedule`."),
  init: object({
    stack,
    project: text.describe("folder of the project"),
    files: z.array(object({ path: text, state: z.enum(["written", "kept", "extended"]) })),
    todo: z.array(object({ key: text, question: text })).describe("keys of the stack file that are left open"),
    next: z.array(text).describe("what is left for you to do"),
  }).describe("`init`."),
  doctor: object({
    stack: text.nullable().describe("null: none is chosen"),
    ok: z.boolean().describe("nothing failed; what could not be checked does not count"),
    rows: z.array(
      object({
        id: text.describe("what was looked at"),
        subject: text.nullable().describe("which one, where there are several: a node, a receiver"),
        state: z.enum(["ok", "failed", "unchecked"]),
        seen: text.describe("what was seen, or why nothing could be"),
        fix: text.nullable().describe("the command or edit that fixes it; null: it did not fail"),
      }),
    ),
  }).describe("`doctor`."),
  error: object({
    code: errorCode,
    detail: text,
    remedy: text.exactOptional().describe("absent with `--watch`"),
  }).describe("A command that could not start prints only this line. With `--watch`: a failed check."),
} as const satisfies Record<string, z.ZodObject>;

export type AnswerName = keyof typeof ANSWERS;

/** The fields of an answer besides its name. */
export type Answer<K extends AnswerName> = v.DeepReadonly<z.infer<(typeof ANSWERS)[K]>>;

/** Returns the object to print. */
export const answer = <K extends AnswerName>(event: K, facts: Answer<K>): { readonly event: K } & Answer<K> => ({
  event,
  ...facts,
});
