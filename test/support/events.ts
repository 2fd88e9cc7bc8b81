import fc from "fast-check";
import type { DurableEvent, Outcome, RunFinished, RunOutlook } from "../../orchestration/domain/events";
import { ERRORS, type ErrorCode } from "../../orchestration/domain/errors";
import type { Expectation } from "../../orchestration/domain/start/expectation";
import type { Plan } from "../../orchestration/domain/plan";
import { releaseOf } from "./release";

export const PLAN: Plan = {
  schema: 2,
  stack: "test",
  from: { release: releaseOf(610), image: "ami-a" },
  hops: [
    { release: releaseOf(642), image: "ami-a" },
    { release: releaseOf(692), image: "ami-a" },
  ],
  nodeCount: 2,
};

export const aFinish = (outcome: Outcome): RunFinished => ({
  event: "run.finished",
  outcome,
  runId: "run-1",
  from: releaseOf(610),
  release: releaseOf(692),
  hops: [releaseOf(642), releaseOf(692)],
  nodes: [],
  outageSeconds: 0,
  nodeBuildSeconds: 0,
  outageRatio: 0,
  outageParts: { deregistration: 0, termination: 0, overhead: 0, build: 0, firstAnswer: 0 },
  steps: [],
});

/** What one past run says of the plan above. */
export const EXPECTATION: Expectation = {
  pastRuns: 1,
  expectedSeconds: 1560,
  likelyOutageSeconds: 800,
  outageSeconds: 800,
  outageParts: { deregistration: 10, termination: 40, overhead: 0, build: 350, firstAnswer: 0 },
  allowances: [],
  text: "about 13 min of outage in 2 hops, each: deregistration 10s, termination 40s, build 5m 50s (from 1 run)",
};

/** Of the plan above: what two hops of a stack with one past run look like before the first step. */
export const anOutlook = (change: Partial<RunOutlook> = {}): RunOutlook => ({
  event: "run.outlook",
  pastRuns: 1,
  forecast: EXPECTATION,
  steps: [
    { step: "preflight", hop: 1, scope: "start", expectedSeconds: 100, forecastSeconds: 100 },
    { step: "drain", hop: 0, scope: "hop", expectedSeconds: 300, forecastSeconds: 300 },
    { step: "gate", hop: 0, scope: "hop", expectedSeconds: 400, forecastSeconds: 400 },
    { step: "drain", hop: 1, scope: "hop", expectedSeconds: 300, forecastSeconds: 300 },
    { step: "gate", hop: 1, scope: "hop", expectedSeconds: 400, forecastSeconds: 400 },
    { step: "verify", hop: 1, scope: "end", expectedSeconds: 60, forecastSeconds: 60 },
  ],
  nodeBuildSeconds: 360,
  nodes: [
    { instanceId: "i-1", release: releaseOf(610), healthy: true },
    { instanceId: "i-2", release: releaseOf(610), healthy: true },
  ],
  outageSeconds: 0,
  outageSince: null,
  drainBegun: false,
  pastPointOfNoReturn: false,
  ...change,
});

const hop = fc.integer({ min: 0, max: 1 });
const at = fc.integer({ min: 1_000, max: 90_000_000 });
const instanceId = fc.constantFrom("i-1", "i-2", "i-3");
const step = fc.constantFrom("drain", "scaleToZero", "gate");
const seconds = fc.integer({ min: 0, max: 9000 });
const processes = fc.uniqueArray(fc.constantFrom("HealthCheck", "AZRebalance", "Launch"));
const kind = <K extends DurableEvent["event"], T extends object>(
  event: K,
  facts: { [P in keyof T]: fc.Arbitrary<T[P]> },
): fc.Arbitrary<{ event: K } & T> => fc.record(facts).map((given) => ({ event, ...given }));

/** Any event of a journal, whether or not it could come in that order. */
export const durableEvent: fc.Arbitrary<DurableEvent> = fc.oneof(
  fc.constant<DurableEvent>({ event: "run.started", runId: "run-1", plan: PLAN, operator: "somebody@here" }),
  fc.constant<DurableEvent>({ event: "run.resumed", runId: "run-1", operator: "somebody@here", token: 2 }),
  kind("step.started", { step, hop, title: fc.constant("does it") }),
  kind("step.skipped", { step, hop, why: fc.constant("done") }),
  kind("step.finished", { step, hop, seconds }),
  kind("fence.found", { suspended: processes }),
  kind("fence.restored", { resumed: processes }),
  kind("secrets.written", { hop, instanceId, secretArn: fc.constant("arn:variables") }),
  kind("stage.built", { hop, templateVersion: fc.integer({ min: 2, max: 9 }) }),
  kind("drain.started", { hop, instanceId }),
  kind("drain.observed", { hop, instanceId, left: fc.nat(9) }),
  kind("drain.proven", { hop, instanceId, seconds }),
  kind("node.deregistered", { instanceId }),
  kind("node.registered", { instanceId }),
  kind("backup.started", { hop, snapshotId: fc.constant("snap") }),
  kind("backup.taken", { hop, snapshotId: fc.constant("snap") }),
  kind("backup.mark", { hop, pointInTime: at }),
  kind("zero.asked", { hop, instances: fc.array(instanceId) }),
  kind("zero.leaving", { hop, at }),
  kind("zero.reached", { hop, lastSeenAlive: at, at }),
  kind("one.asked", { hop, templateVersion: fc.integer({ min: 2, max: 9 }) }),
  kind("one.launched", { hop, instanceId, launchedAt: at }),
  kind("node.started", { hop, instanceId, at }),
  kind("gate.passed", { hop, instanceId, firstGreenAt: at }),
  kind("watch.began", { at }),
  kind("watch.ended", { at, asked: fc.nat(900), unanswered: fc.nat(9) }),
  kind("warning", { text: fc.constant("someone resumed AZRebalance") }),
  kind("outage.began", { at }),
  kind("outage.ended", { at }),
  kind("override.used", { id: fc.constant("disk"), because: fc.constant("it is enough") }),
  kind("run.failed", {
    step,
    code: fc.constantFrom(...(Object.keys(ERRORS) as ErrorCode[])),
    detail: fc.constant("i-1"),
    fleet: fc.constant("held"),
  }),
  fc
    .constantFrom<Outcome[]>("done", "failed", "blocked", "halted", "interrupted")
    .map((outcome): DurableEvent => aFinish(outcome)),
);
