import { fleetStanding } from "../../orchestration/domain/standing/fleet";
import type { RunEvent } from "../../orchestration/domain/events";
import { aFinish, anOutlook, EXPECTATION, PLAN } from "./events";
import { releaseOf } from "./release";

const AT = Date.UTC(2026, 10, 22, 2, 5, 9);

const OBSERVATIONS = [
  { condition: "replicated ready", held: true, observed: "Replicated ready" },
  { condition: "application started", held: false, observed: "starting, desired started" },
];

const NODE = { instanceId: "i-3", templateVersion: 2, release: releaseOf(642), image: "ami-a", launchedAt: AT };

/** One event of every kind; a new kind does not compile until it is added. */
export const EVERY: { readonly [K in RunEvent["event"]]: Extract<RunEvent, { readonly event: K }> } = {
  "run.started": { event: "run.started", runId: "run-1", plan: PLAN, operator: "ann@here" },
  "run.resumed": { event: "run.resumed", runId: "run-1", operator: "ann@here", token: 2 },
  "fleet.found": { event: "fleet.found", nodes: [NODE] },
  "checks.made": { event: "checks.made", checks: [{ id: "disk", ok: true, observed: "12 GiB free" }] },
  "release.fetched": {
    event: "release.fetched",
    hop: 0,
    instanceId: "i-1",
    digest: `sha256:${"5e".repeat(32)}`,
    seconds: 95,
  },
  "step.started": { event: "step.started", step: "drain", hop: 0, title: "let every node finish its work" },
  "step.skipped": { event: "step.skipped", step: "backup", hop: 0, why: "the stack sets no database" },
  "step.finished": { event: "step.finished", step: "drain", hop: 0, seconds: 95 },
  "fence.found": { event: "fence.found", suspended: ["AZRebalance"] },
  "fence.restored": { event: "fence.restored", resumed: ["HealthCheck"] },
  "stage.built": { event: "stage.built", hop: 0, templateVersion: 2 },
  "drain.started": { event: "drain.started", hop: 0, instanceId: "i-1" },
  "drain.observed": { event: "drain.observed", hop: 0, instanceId: "i-1", left: 2 },
  "node.deregistered": { event: "node.deregistered", instanceId: "i-1" },
  "node.registered": { event: "node.registered", instanceId: "i-1" },
  "drain.proven": { event: "drain.proven", hop: 0, instanceId: "i-1", seconds: 3725 },
  "pause.began": { event: "pause.began", hop: 0 },
  "pause.ended": { event: "pause.ended", hop: 0, operator: "ann@here" },
  "backup.started": { event: "backup.started", hop: 0, snapshotId: "snap-1" },
  "backup.taken": { event: "backup.taken", hop: 0, snapshotId: "snap-1" },
  "backup.mark": { event: "backup.mark", hop: 0, pointInTime: AT },
  "zero.asked": { event: "zero.asked", hop: 0, instances: ["i-1", "i-2"] },
  "zero.leaving": { event: "zero.leaving", hop: 0, at: AT },
  "zero.reached": { event: "zero.reached", hop: 0, lastSeenAlive: AT, at: AT },
  "one.asked": { event: "one.asked", hop: 0, templateVersion: 2 },
  "one.launched": { event: "one.launched", hop: 0, instanceId: "i-3", launchedAt: AT },
  "node.launched": { event: "node.launched", hop: 0, node: NODE },
  "node.started": { event: "node.started", hop: 0, instanceId: "i-3", at: AT },
  "gate.passed": { event: "gate.passed", hop: 0, instanceId: "i-3", firstGreenAt: AT },
  "watch.began": { event: "watch.began", at: AT },
  "watch.ended": { event: "watch.ended", at: AT, asked: 900, unanswered: 95 },
  "outage.began": { event: "outage.began", at: AT },
  "outage.ended": { event: "outage.ended", at: AT },
  "node.rebuilt": { event: "node.rebuilt", hop: 0, instanceId: "i-3" },
  "abort.asked": { event: "abort.asked", operator: "ann@here" },
  "override.used": { event: "override.used", id: "disk", because: "the volume grows tomorrow" },
  "evidence.saved": { event: "evidence.saved", instanceId: "i-3", name: "evidence-i-3.json", where: "/runs/evidence" },
  "run.failed": { event: "run.failed", step: "gate", code: "GATE_TIMEOUT", detail: "i-3: no answer", fleet: "held" },
  "run.finished": aFinish("halted"),
  "plan.made": { event: "plan.made", plan: PLAN, text: ["Stack test", "two repaves"] },
  "check.made": { event: "check.made", id: "disk", ok: false, observed: "2 GiB free", remedy: "Free space." },
  "run.outlook": anOutlook(),
  "run.intent": {
    event: "run.intent",
    stack: "test",
    host: "tfe.example.com",
    account: "123456789012",
    region: "eu-central-1",
    plan: PLAN,
    pastRuns: 3,
    expectedSeconds: 1800,
    expectedOutageSeconds: 480,
    forecast: EXPECTATION,
    pastPointOfNoReturn: false,
  },
  progress: { event: "progress", step: "drain", instanceId: "i-1", text: "jobs left: 1" },
  "gate.observed": { event: "gate.observed", instanceId: "i-3", greens: 0, needed: 3, observations: OBSERVATIONS },
  "node.health": {
    event: "node.health",
    instanceId: "i-3",
    healthy: false,
    greens: 0,
    needed: 1,
    observations: OBSERVATIONS,
  },
  "image.chosen": {
    event: "image.chosen",
    from: { id: "ami-a" },
    to: { id: "ami-b" },
    text: "Image ami-a → ami-b (base, 2026-11-01)",
  },
  "run.gaveUp": { event: "run.gaveUp", runId: "run-1", tries: 3, detail: "3 calls of the schedule in a row failed" },
  "fleet.standing": {
    event: "fleet.standing",
    standing: fleetStanding({
      stack: "test",
      journals: [
        {
          runId: "op-drain-1",
          what: "operation",
          operator: "ann@here",
          entries: [{ seq: 0, at: AT, event: "drain.started", instanceId: "i-1" }],
        },
      ],
      lease: undefined,
      now: AT + 60_000,
    }),
  },
  "plan.judged": {
    event: "plan.judged",
    passed: 23,
    skipped: ["database-backups"],
    failed: [],
    expectedSeconds: 1740,
    outageSeconds: 480,
    command: "npm run upgrade -- --release 692 --stack test",
    text: "23 checks passed, 1 skipped. Would take about 29 min, outage about 8 min. Start with: npm run upgrade -- --release 692 --stack test",
  },
  warning: { event: "warning", text: "somebody resumed AZRebalance" },
  "node.restarting": { event: "node.restarting", instanceId: "i-1" },
  note: { event: "note", text: "report: here" },
};
