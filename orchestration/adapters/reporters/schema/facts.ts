import { z } from "zod";
import { OUTCOMES, type RunEvent } from "../../../domain/events";
import * as v from "./values";
import { ZERO } from "./zero";

const { count, errorCode, hop, instanceId, operator, runId, seconds, step, templateVersion, text, time } = v;
const object = z.strictObject;

const looked = { instanceId, greens: count, needed: count, observations: v.observations };
const checked = {
  id: text,
  ok: z.boolean().describe("passed, accepted or skipped: no reason to stop"),
  skipped: z.literal(true).exactOptional().describe("the check was not made; `observed` says what to do about that"),
  observed: text,
};
/** Of an act on a node. */
const ownHop = hop.exactOptional().describe("index of the repave on the way, from 0; absent: an act of no repave");
const changeNumber = text.exactOptional().describe("number of the change, as `--change` gave it");
const attempt = count.exactOptional().describe("number of consecutive scheduled calls; absent: started by an operator");

/** The fields of each kind of event besides its name and its time, in the order of a run. */
export const FACTS = {
  "plan.made": object({ plan: v.plan, text: z.array(text) }).describe("The plan, before anything is done."),
  "plan.judged": object({
    passed: count,
    skipped: z.array(text).describe("ids of the checks that were not made"),
    failed: z.array(text).describe("ids of the checks that would refuse the run"),
    expectedSeconds: seconds,
    likelyOutageSeconds: seconds.describe("expected outage"),
    outageSeconds: seconds.describe("the same at most"),
    command: text.describe("what starts the run"),
    file: text.exactOptional().describe("`plan --out`: where the plan was written"),
    text,
  }).describe("`plan`: its last line."),
  "plan.detour": object({
    from: v.release,
    release: v.release,
    parts: z.array(
      object({
        command: text.describe("what starts it"),
        hops: z.array(v.release).describe("the releases that it builds"),
        expectedSeconds: seconds,
        likelyOutageSeconds: seconds.describe("expected outage"),
        outageSeconds: seconds.describe("the same at most"),
      }),
    ),
    text: z.array(text),
  }).describe("`plan`: the release comes in another packaging; the commands that lead there, in their order."),
  "run.outlook": object({
    pastRuns: count.describe("number of finished runs that the estimate is based on"),
    forecast: v.expectation,
    steps: z.array(
      object({
        step,
        hop,
        scope: z.enum(["start", "hop", "end"]),
        expectedSeconds: seconds.nullable(),
        forecastSeconds: seconds,
      }),
    ),
    nodeBuildSeconds: seconds.nullable().describe("what the build of one node may take, by past runs"),
    nodes: v.finalNodes,
    outageSeconds: seconds.describe("of a resumed run: outages so far"),
    outageSince: time.nullable().describe("of a resumed run: start of the current outage"),
    drainBegun: z.boolean(),
    pastPointOfNoReturn: z.boolean(),
  }).describe("The estimate and the state of the fleet before the first step."),
  "run.intent": object({
    stack: text,
    host: text,
    account: text,
    region: text,
    plan: v.plan,
    pastRuns: count.describe("number of finished runs that the estimate is based on; 0: it is assumed"),
    expectedSeconds: seconds.describe("of the whole run"),
    expectedOutageSeconds: seconds.describe("at most; `forecast` has the expected time as well"),
    forecast: v.expectation,
    pastPointOfNoReturn: z.boolean(),
  }).describe("What a start means. Said after the checks, before the question."),
  "image.chosen": object({ from: v.describedImage, to: v.describedImage, text }).describe(
    "The newest image was looked up.",
  ),
  "run.started": object({ runId, plan: v.boundedPlan, operator, attempt, changeNumber }).describe(
    "The lease is taken and the journal is open.",
  ),
  "run.resumed": object({ runId, operator, token: count.describe("fencing token"), attempt, changeNumber }).describe(
    "Another process resumes an unfinished run.",
  ),
  "run.gaveUp": object({ runId: runId.nullable(), tries: count, detail: text }).describe(
    "Too many scheduled calls in a row have failed.",
  ),
  "abort.asked": object({ operator }).describe("An unfinished run is reverted."),
  "override.used": object({
    id: text,
    because: text,
    changes: z
      .array(object({ type: text, name: text, properties: z.array(text) }))
      .exactOptional()
      .describe("the changes of the stack that were accepted with it"),
  }).describe("A risk was accepted."),
  "fleet.found": object({ nodes: z.array(v.nodeFacts) }).describe("The nodes at the start of the run."),
  "check.made": object({ ...checked, remedy: text.exactOptional() }).describe("One preflight check."),
  "checks.made": object({ checks: z.array(object(checked)) }).describe("All preflight checks together."),
  "release.fetched": object({
    hop,
    instanceId,
    digest: text.describe("what the release's name stands for; every node of the run is built from it"),
    seconds: seconds.describe("how long it took"),
  }).describe("What new nodes will download was fetched onto a running node, before the outage."),
  "step.started": object({ step, hop, title: text }).describe("A step has started."),
  "step.skipped": object({ step, hop, why: text }).describe("The step was already done."),
  "step.finished": object({ step, hop, seconds }).describe("A step has finished."),
  progress: object({
    step,
    text,
    instanceId: instanceId.exactOptional(),
    drain: object({ left: count.describe("jobs left on the node"), commandEnded: z.boolean() }).exactOptional(),
  }).describe("What the run is waiting for."),
  "fence.found": object({
    suspended: v.processes,
    former: v.foundGroup.exactOptional().describe("in an adoption: the former group, as the adoption found it"),
  }).describe("The processes that were suspended before the run."),
  "fence.restored": object({ resumed: v.processes }).describe(
    "The fence is lifted; the group's processes are restored.",
  ),
  "secrets.written": object({
    hop,
    instanceId,
    secretArn: text.describe("where new nodes read them; their names are in the plan"),
  }).describe("In a move: a running node wrote the secret settings of the new nodes."),
  "group.left": object({ group: text }).describe(
    "The former group is about to be left at zero, with its processes suspended and a tag.",
  ),
  "group.restored": object({ group: text }).describe("The former group has its bounds again, and the tag is gone."),
  "stage.built": object({
    hop,
    templateVersion,
    changes: z.array(object({ name: text, type: text, op: text, properties: z.array(text) })).exactOptional(),
  }).describe("The new build is in the launch template; no node has changed."),
  "prepared.launched": object({ hop, instanceId, launchedAt: time }).describe(
    "A node of the new build was launched outside the group, to be prepared.",
  ),
  "prepared.ready": object({ hop, instanceId, at: time }).describe(
    "The node is prepared: everything is done but the first start of the application.",
  ),
  "prepared.attached": object({ hop, instanceId }).describe("The prepared node is about to be attached to the group."),
  "prepared.told": object({ hop, instanceId, at: time }).describe("The prepared node is about to be told to start."),
  "prepared.dropped": object({ hop: ownHop, instanceId, why: text }).describe(
    "The prepared node is not used: it is terminated, or gone.",
  ),
  "drain.started": object({ hop: ownHop, instanceId }).describe("A node has started to drain."),
  "pause.began": object({ hop: v.hop }).describe(
    "`--pause-before outage`: every node is drained, and the run stops until somebody lets it go on.",
  ),
  "pause.ended": object({ hop: v.hop, operator }).describe("The paused run goes on to its outage."),
  "drain.observed": object({ hop: ownHop, instanceId, left: count }).describe(
    "The number of jobs left on the node has fallen.",
  ),
  "drain.proven": object({ hop: ownHop, instanceId, seconds }).describe("The node is proven drained."),
  "backup.started": object({ hop, snapshotId: text }).describe("A database snapshot was requested."),
  "backup.taken": object({ hop, snapshotId: text }).describe("The snapshot is available."),
  "backup.mark": object({ hop, pointInTime: time }).describe("The point in time that the database can be restored to."),
  ...ZERO,
  "one.asked": object({
    hop,
    templateVersion,
    undoable: z.literal(true).exactOptional().describe("the release stays: the way back is open"),
  }).describe("The point of no return: one node of the new build is requested."),
  "one.launched": object({ hop, instanceId, launchedAt: time }).describe("The first node of the hop was launched."),
  "node.launched": object({ hop, node: v.nodeFacts }).describe("A node was launched."),
  "node.started": object({ hop: ownHop, instanceId, at: time }).describe("The application on the node has started."),
  "gate.observed": object({
    ...looked,
    release: v.release.exactOptional().describe("the release that the node must run; absent in older journals"),
  }).describe("One check of a node at the gate."),
  "gate.passed": object({ hop: ownHop, instanceId, firstGreenAt: time }).describe("The node passed the gate."),
  "smoke.started": object({
    moment: v.smokeMoment,
    terraformRun: v.terraformRun,
    page: v.page,
    applies: z.boolean().describe("it is applied as well, not planned alone"),
  }).describe("A run of Terraform was queued through the application's API."),
  "smoke.finished": object({
    moment: v.smokeMoment,
    passed: z.boolean(),
    seconds,
    terraformRun: v.terraformRun.exactOptional().describe("absent: none could be queued"),
    page: v.page.exactOptional(),
    words: text.exactOptional().describe("why it did not pass, in the run's own words"),
  }).describe("The run of Terraform has ended, or none could be made."),
  "soak.started": object({ seconds }).describe("The first node is watched before a second one is built."),
  "soak.finished": object({ seconds }).describe("The first node stayed healthy for that long."),
  "node.restarting": object({ instanceId }).describe("The application on the node is stopped and started again."),
  "node.deregistered": object({ instanceId }).describe("The node is about to be taken out of the load balancer."),
  "node.registered": object({ instanceId }).describe("The node is behind the load balancer again."),
  "node.rebuilt": object({ hop, instanceId }).describe("A node is terminated as requested; a new one replaces it."),
  "node.health": object({ ...looked, healthy: z.boolean(), drained: z.boolean() }).describe("`health`: one node."),
  "fleet.standing": object({ standing: v.standing }).describe("`health`: the fleet is not simply in service."),
  "watch.began": object({ at: time }).describe("Monitoring of the service has started, once per second."),
  "watch.ended": object({ at: time, asked: count, unanswered: count }).describe("Monitoring of the service has ended."),
  "outage.began": object({ at: time }).describe("The service does not answer through the load balancer."),
  "outage.ended": object({ at: time }).describe("The service answers again."),
  "evidence.saved": object({ instanceId, name: text, where: text }).describe(
    "Evidence of a node was saved when the run halted.",
  ),
  warning: object({ text }).describe("A warning, repeated at the end of the run."),
  note: object({ text, instanceId: instanceId.exactOptional() }).describe("A note."),
  "run.failed": object({
    step,
    code: errorCode,
    detail: text,
    fleet: text.describe("the state of the fleet"),
    next: text.exactOptional().describe("what to do about it; absent: the remedy of the code, in the runbook"),
  }).describe("The run has stopped with an error of the runbook."),
  "run.finished": object({
    outcome: z.enum(OUTCOMES),
    because: text.exactOptional().describe("why nothing was started, if that is not a failure"),
    runId: runId.nullable(),
    from: v.release.nullable(),
    release: v.release.nullable(),
    hops: z.array(v.release),
    nodes: v.finalNodes,
    outageSeconds: seconds.nullable(),
    nodeBuildSeconds: seconds.nullable(),
    preparedSeconds: seconds
      .exactOptional()
      .describe("what of nodeBuildSeconds was done before the outage, on nodes that were prepared; absent: none was"),
    outageRatio: z.number().min(0).nullable().describe("outageSeconds / nodeBuildSeconds"),
    outageParts: v.outageParts.nullable(),
    steps: z.array(object({ id: step, seconds })),
    standing: v.standing.exactOptional(),
    witness: v.witness.exactOptional(),
  }).describe("The last line of `upgrade`, `patch` and `abort`."),
} as const satisfies Record<RunEvent["event"], z.ZodObject>;

type Facts<K extends RunEvent["event"]> = Omit<Extract<RunEvent, { readonly event: K }>, "event">;
type Described<K extends RunEvent["event"]> = z.infer<(typeof FACTS)[K]>;
type Both<A, B> = [keyof A, keyof B] extends [keyof B, keyof A] ? ([A] extends [B] ? true : false) : false;

/** Does not compile if the schemas and the types of the events differ, in either direction. */
export const SAME_AS_THE_TYPES: {
  readonly [K in RunEvent["event"]]: Both<Facts<K>, v.DeepReadonly<Described<K>>> &
    Both<v.DeepReadonly<Described<K>>, Facts<K>>;
} = Object.fromEntries(Object.keys(FACTS).map((name) => [name, true])) as Readonly<Record<RunEvent["event"], true>>;
