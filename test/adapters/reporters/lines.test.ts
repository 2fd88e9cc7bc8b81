import { createColors } from "picocolors";
import { finalLines } from "../../../orchestration/adapters/reporters/finalLines";
import { render } from "../../../orchestration/adapters/reporters/lines";
import { duration } from "../../../orchestration/domain/words";
import type { Outcome, RunEvent, RunFinished } from "../../../orchestration/domain/events";
import { releaseLabel } from "../../../orchestration/domain/release";
import { EXIT_CODES } from "../../../orchestration/commands/exitCodes";
import { aFinish, anOutlook, PLAN } from "../../support/events";
import { releaseOf } from "../../support/release";

const PLAIN = createColors(false);
const AT = Date.UTC(2026, 10, 22, 2, 5, 9);

const OBSERVATIONS = [
  { condition: "replicated ready", held: true, observed: "Replicated ready" },
  { condition: "application started", held: false, observed: "starting, desired started" },
];

const NODE = { instanceId: "i-3", templateVersion: 2, release: releaseOf(642), image: "ami-a", launchedAt: AT };

/** One event of every kind; a new kind does not compile until it is added. */
const EVERY: { readonly [K in RunEvent["event"]]: Extract<RunEvent, { readonly event: K }> } = {
  "run.started": { event: "run.started", runId: "run-1", plan: PLAN, operator: "ann@here" },
  "run.resumed": { event: "run.resumed", runId: "run-1", operator: "ann@here", token: 2 },
  "fleet.found": { event: "fleet.found", nodes: [NODE] },
  "checks.made": { event: "checks.made", checks: [{ id: "disk", ok: true, observed: "12 GiB free" }] },
  "step.started": { event: "step.started", step: "drain", hop: 0, title: "let every node finish its work" },
  "step.skipped": { event: "step.skipped", step: "backup", hop: 0, why: "the stack sets no database" },
  "step.finished": { event: "step.finished", step: "drain", hop: 0, seconds: 95 },
  "fence.found": { event: "fence.found", suspended: ["AZRebalance"] },
  "fence.restored": { event: "fence.restored", resumed: ["HealthCheck"] },
  "stage.built": { event: "stage.built", hop: 0, templateVersion: 2 },
  "drain.started": { event: "drain.started", hop: 0, instanceId: "i-1" },
  "drain.observed": { event: "drain.observed", hop: 0, instanceId: "i-1", left: 2 },
  "drain.proven": { event: "drain.proven", hop: 0, instanceId: "i-1", seconds: 3725 },
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
  warning: { event: "warning", text: "somebody resumed AZRebalance" },
  "node.restarting": { event: "node.restarting", instanceId: "i-1" },
  note: { event: "note", text: "report: here" },
};

/** For the journal and the report: whoever watches is told the same in other events. */
const SILENT: readonly RunEvent["event"][] = [
  "fleet.found",
  "checks.made",
  "drain.observed",
  "node.launched",
  "watch.began",
  "watch.ended",
];
const SPOKEN = Object.values(EVERY).filter(({ event }) => !SILENT.includes(event));

describe("every kind of event has words for a person", () => {
  it.each(SPOKEN)("$event", (event) => {
    const { lines } = render(event, PLAIN);
    const text = lines.join("\n");
    expect(text.trim()).not.toBe("");
    expect(text).not.toMatch(/undefined|null|NaN|\[object/);
  });

  it("which name what it is about", () => {
    const said = SPOKEN.map((event) => render(event, PLAIN).lines.join("\n"));
    expect(said.join("\n")).toMatchInlineSnapshot(`
      "run run-1, by ann@here
      resuming run-1
      ▶ drain — let every node finish its work
      · backup skipped: the stack sets no database
      ✓ drain (1m 35s)
        already suspended: AZRebalance
        processes resumed: HealthCheck
        launch template version 2; no node has changed
        draining i-1
        i-1 is drained (1h 2m)
        snapshot snap-1
        snapshot snap-1 is available
        the database can be restored to 2026-11-22T02:05:09.000Z
        terminating i-1, i-2
        02:05:09 every old node is shutting down
        02:05:09 every old node is terminated
        point of no return: the new release migrates the database when it first starts
        i-3 launched
        02:05:09 the application on i-3 has started
        i-3 passed the gate
        02:05:09 the service no longer answers
        02:05:09 the service answers again
        i-3 is terminated as requested; a new node replaces it
      aborting, by ann@here
      accepted risk disk: the volume grows tomorrow
        evidence of i-3: /runs/evidence

      ✗ The node did not pass the gate in time (GATE_TIMEOUT, at gate)
        i-3: no answer
        fleet: held
        next: The node is left running. It may be migrating the database, so do not terminate it. \`upgrade --resume\` checks it again. \`upgrade --resume --rebuild-node\` replaces it once it is known not to migrate.

      Halted. The fleet is on hold. Run the same command to resume.
      Stack test
      two repaves
        ✗ disk: 2 GiB free
          → Free space.
      Expected from 1 earlier run: up to 26m 0s in total; building a node takes 6m 0s.
        i-1: jobs left: 1
        i-3: 0 of 3 passed; waiting for: application started
      i-3: not healthy
        ✓ replicated ready: Replicated ready
        ✗ application started: starting, desired started
      Image ami-a → ami-b (base, 2026-11-01)
      ✗ 3 calls of the schedule in a row failed
      ! somebody resumed AZRebalance
        restarting the application on i-1
      report: here"
    `);
  });

  it("and colours only where they are wanted", () => {
    const colourful = createColors(true);

    const escape = /\u001b\[/;
    expect(
      Object.values(EVERY)
        .flatMap((event) => render(event, PLAIN).lines)
        .join(""),
    ).not.toMatch(escape);
    expect(render(EVERY["run.failed"], colourful).lines.join("")).toMatch(escape);
  });
});

test("what is for the journal alone says nothing", () => {
  expect(SILENT.flatMap((kind) => render(EVERY[kind], PLAIN).lines)).toEqual([]);
});

test("what passes in a moment is one live line; what stays has its own", () => {
  const live = Object.values(EVERY).filter((event) => render(event, PLAIN).kind === "live");
  expect(live.map(({ event }) => event).sort()).toEqual(["gate.observed", "progress"]);
});

test("a fence that found nothing says nothing", () => {
  expect(render({ event: "fence.found", suspended: [] }, PLAIN).lines).toEqual([]);
});

test("a check that holds says what holds", () => {
  const held = {
    event: "check.made",
    id: "disk",
    ok: true,
    observed: "every node has enough free disk space",
  } as const;
  expect(render(held, PLAIN).lines).toEqual(["  ✓ every node has enough free disk space"]);
});

describe("the end", () => {
  const words = (change: Partial<RunFinished>): string =>
    finalLines({ ...aFinish("done"), ...change }, PLAIN, releaseLabel, duration).join("\n");

  it.each(Object.keys(EXIT_CODES) as Outcome[])("of a run that is %s has a verdict", (outcome) => {
    expect(words({ outcome }).trim()).toMatch(/^[A-Z].*\.$/);
  });

  it("names every node, its release, and whether it is healthy", () => {
    const nodes = [
      { instanceId: "i-3", release: releaseOf(642), healthy: true },
      { instanceId: "i-4", release: null, healthy: false },
    ];
    expect(words({ nodes })).toBe(
      "\nDone.\n  i-3  release 642 (v202207-2)  healthy\n  i-4  release unknown  not healthy",
    );
  });

  it("takes the outage apart", () => {
    const outage = {
      hops: [releaseOf(642)],
      outageSeconds: 352,
      nodeBuildSeconds: 307,
      outageRatio: 1.15,
      outageParts: { deregistration: 10, termination: 40, overhead: 3, build: 297, firstAnswer: 2 },
    };
    expect(words(outage)).toBe(
      "\nDone.\n  outage 5m 52s; the first node took 5m 7s to build (ratio 1.15)\n" +
        "  of which deregistration 10s, termination 40s, own overhead 3s, build 4m 57s, first answer 2s",
    );
    expect(words({ ...outage, hops: [releaseOf(642), releaseOf(692)] })).toContain(
      "the first nodes of 2 hops took 5m 7s",
    );
  });

  it("does not give a ratio to a build that was not seen", () => {
    expect(words({ outcome: "halted", outageSeconds: 90, nodeBuildSeconds: 0 })).toContain(
      "outage 1m 30s; no new node has passed the gate",
    );
  });

  it("repeats what the lab's witness saw, violations and all", () => {
    const witness = {
      overlapSeconds: 12,
      lostJobs: 1,
      killedWhileBooting: 0,
      unansweredSeconds: 350,
      jobsFinished: 40,
      violations: ["610 and 642 ran at once"],
    };
    expect(words({ witness })).toContain(
      "the lab's witness: 40 jobs finished, 1 lost; two releases at the same time for 12s; 0 nodes killed while booting; service down for 350s\n" +
        "    ! 610 and 642 ran at once",
    );
  });
});

describe("a duration", () => {
  it.each([
    [0, "0s"],
    [3.14, "3.1s"],
    [59.9, "59.9s"],
    [60, "1m 0s"],
    [95, "1m 35s"],
    [3599.6, "1h 0m"],
    [3725, "1h 2m"],
    [90_000, "25h 0m"],
  ])("%d is %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
