import { z } from "zod";
import { ERRORS, type ErrorCode } from "../../../domain/errors";
import { OUTCOMES, type RunEvent } from "../../../domain/events";
import * as v from "./values";

const { count, hop, instanceId, operator, runId, seconds, step, templateVersion, text, time } = v;
const object = z.strictObject;

export const errorCode = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

const looked = { instanceId, greens: count, needed: count, observations: v.observations };
/** Of an act on a node. */
const ownHop = hop.exactOptional().describe("index of the repave on the way, from 0; absent: an act of no repave");
const attempt = count.exactOptional().describe("which call of the schedule in a row this is; absent: a person's");

/** What each kind of event says besides its name and its time, in the order of a run. */
export const FACTS = {
  "plan.made": object({ plan: v.plan, text: z.array(text) }).describe("What is about to be done, before anything is."),
  "run.outlook": object({
    pastRuns: count.describe("finished runs that the expectations are from"),
    steps: z.array(object({ step, hop, scope: z.enum(["start", "hop", "end"]), expectedSeconds: seconds.nullable() })),
    nodeBuildSeconds: seconds.nullable().describe("what the build of one node may take, by past runs"),
    nodes: v.finalNodes,
    outageSeconds: seconds.describe("of a resumed run: outages so far"),
    outageSince: time.nullable().describe("of a resumed run: begin of the outage that goes on"),
    drainBegun: z.boolean(),
    pastPointOfNoReturn: z.boolean(),
  }).describe("What whoever watches needs to know before the first step."),
  "image.chosen": object({ from: v.describedImage, to: v.describedImage, text }).describe(
    "The newest image was looked up.",
  ),
  "run.started": object({ runId, plan: v.plan, operator, attempt }).describe(
    "The lease is taken and the journal open.",
  ),
  "run.resumed": object({ runId, operator, token: count.describe("fencing token"), attempt }).describe(
    "Another process goes on with an unfinished run.",
  ),
  "run.gaveUp": object({ runId: runId.nullable(), tries: count, detail: text }).describe(
    "Calls of the schedule have tried in vain often enough.",
  ),
  "abort.asked": object({ operator }).describe("An unfinished run is taken back."),
  "override.used": object({ id: text, because: text }).describe("A risk was taken by name."),
  "fleet.found": object({ nodes: z.array(v.nodeFacts) }).describe("The nodes as the run found them."),
  "check.made": object({ id: text, ok: z.boolean(), observed: text, remedy: text.exactOptional() }).describe(
    "One check of preflight, as it is made.",
  ),
  "checks.made": object({ checks: z.array(object({ id: text, ok: z.boolean(), observed: text })) }).describe(
    "Every check of preflight together.",
  ),
  "step.started": object({ step, hop, title: text }).describe("A step begins."),
  "step.skipped": object({ step, hop, why: text }).describe("The world says that the step is done."),
  "step.finished": object({ step, hop, seconds }).describe("A step is done."),
  progress: object({
    step,
    text,
    instanceId: instanceId.exactOptional(),
    drain: object({ left: count.describe("jobs left on the node"), commandEnded: z.boolean() }).exactOptional(),
  }).describe("What is being waited for."),
  "fence.found": object({ suspended: v.processes }).describe("What was suspended before the run."),
  "fence.restored": object({ resumed: v.processes }).describe("The fence is open as it was found."),
  "stage.built": object({
    hop,
    templateVersion,
    changes: z.array(object({ name: text, type: text, op: text, properties: z.array(text) })).exactOptional(),
  }).describe("The new build is in the launch template; no node has changed."),
  "drain.started": object({ hop: ownHop, instanceId }).describe("A node is asked to finish its work."),
  "drain.observed": object({ hop: ownHop, instanceId, left: count }).describe("Fewer jobs are left than ever before."),
  "drain.proven": object({ hop: ownHop, instanceId, seconds }).describe("The node is proven drained."),
  "backup.started": object({ hop, snapshotId: text }).describe("A snapshot of the database was asked for."),
  "backup.taken": object({ hop, snapshotId: text }).describe("The snapshot is available."),
  "backup.mark": object({ hop, pointInTime: time }).describe("The moment that the database can be restored to."),
  "zero.asked": object({ hop, instances: z.array(instanceId) }).describe("These instances are about to be terminated."),
  "zero.leaving": object({ hop, at: time }).describe("Every old instance is shutting down."),
  "zero.reached": object({ hop, lastSeenAlive: time, at: time }).describe("Every old instance is terminated."),
  "one.asked": object({ hop, templateVersion }).describe(
    "The point of no return: one node of the new build is asked for.",
  ),
  "one.launched": object({ hop, instanceId, launchedAt: time }).describe("The first node of the hop was launched."),
  "node.launched": object({ hop, node: v.nodeFacts }).describe("A node was launched."),
  "node.started": object({ hop: ownHop, instanceId, at: time }).describe("The application on the node is started."),
  "gate.observed": object(looked).describe("One look at a node at the gate."),
  "gate.passed": object({ hop: ownHop, instanceId, firstGreenAt: time }).describe("The node has proven itself."),
  "node.restarting": object({ instanceId }).describe("The application on the node is stopped and started again."),
  "node.rebuilt": object({ hop, instanceId }).describe("A node is terminated on request; another takes its place."),
  "node.health": object({ ...looked, healthy: z.boolean() }).describe("`health`: one node."),
  "watch.began": object({ at: time }).describe("From here on the service is asked once a second."),
  "watch.ended": object({ at: time, asked: count, unanswered: count }).describe("The service is no longer asked."),
  "outage.began": object({ at: time }).describe("The service does not answer through the load balancer."),
  "outage.ended": object({ at: time }).describe("The service answers again."),
  "evidence.saved": object({ instanceId, name: text, where: text }).describe("What a node showed at a halt was kept."),
  warning: object({ text }).describe("Something a person should know; repeated at the end."),
  note: object({ text, instanceId: instanceId.exactOptional() }).describe("Something good to know."),
  "run.failed": object({
    step,
    code: errorCode,
    detail: text,
    fleet: text.describe("what the fleet was left in"),
  }).describe("The run stops here, with an error of the runbook."),
  "run.finished": object({
    outcome: z.enum(OUTCOMES),
    because: text.exactOptional().describe("why nothing was begun, where that is no failure"),
    runId: runId.nullable(),
    from: v.release.nullable(),
    release: v.release.nullable(),
    hops: z.array(v.release),
    nodes: v.finalNodes,
    outageSeconds: seconds.nullable(),
    nodeBuildSeconds: seconds.nullable(),
    outageRatio: z.number().min(0).nullable().describe("outageSeconds / nodeBuildSeconds"),
    outageParts: v.outageParts.nullable(),
    steps: z.array(object({ id: step, seconds })),
    witness: v.witness.exactOptional(),
  }).describe("The last line of `upgrade`, `patch` and `abort`."),
} as const satisfies Record<RunEvent["event"], z.ZodObject>;

type Facts<K extends RunEvent["event"]> = Omit<Extract<RunEvent, { readonly event: K }>, "event">;
type Described<K extends RunEvent["event"]> = z.infer<(typeof FACTS)[K]>;
type Both<A, B> = [keyof A, keyof B] extends [keyof B, keyof A] ? ([A] extends [B] ? true : false) : false;

/** Does not compile where the schemas and the types of the events part company, in either direction. */
export const SAME_AS_THE_TYPES: {
  readonly [K in RunEvent["event"]]: Both<Facts<K>, v.DeepReadonly<Described<K>>> &
    Both<v.DeepReadonly<Described<K>>, Facts<K>>;
} = Object.fromEntries(Object.keys(FACTS).map((name) => [name, true])) as Readonly<Record<RunEvent["event"], true>>;
