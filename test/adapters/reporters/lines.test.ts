import { createColors } from "picocolors";
import { finalLines } from "../../../orchestration/adapters/reporters/finalLines";
import { render } from "../../../orchestration/adapters/reporters/lines";
import { duration } from "../../../orchestration/domain/text/words";
import type { Outcome, RunEvent, RunFinished } from "../../../orchestration/domain/events";
import { releaseLabel } from "../../../orchestration/domain/release";
import { EXIT_CODES } from "../../../orchestration/commands/parts/exitCodes";
import { EVERY } from "../../support/everyEvent";
import { aFinish } from "../../support/events";
import { releaseOf } from "../../support/release";

const PLAIN = createColors(false);

/** For the journal and the report: whoever watches is told the same in other events. */
const SILENT: readonly RunEvent["event"][] = [
  "fleet.found",
  "checks.made",
  "drain.observed",
  "node.launched",
  "release.fetched",
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
      resuming run-1, by ann@here
      ▶ drain — let every node finish its work
      · backup skipped: the stack sets no database
      ✓ drain (1m 35s)
        already suspended: AZRebalance
        example-tfe-asg is left at zero, with its processes suspended and a tag; nothing of it is deleted
        example-tfe-asg has its bounds again
        processes resumed: HealthCheck
        i-1 wrote its secret settings into arn:aws:secretsmanager:eu-central-1:123456789012:secret:tfe-repave/production/variables-A1b2C3
        launch template version 2; no node has changed
        preparing i-3 outside the group
        02:05:09 i-3 is prepared
        attaching i-3 to the group
        02:05:09 telling i-3 to start
        i-3 is not used: the run is reverted
        draining i-1
        taking i-1 out of the load balancer
        i-1 is behind the load balancer again
        i-1 is drained (1h 2m)
      Paused before the outage, as asked.
        Every node is drained and takes no work. The service answers.
        ann@here starts the outage
        snapshot snap-1
        snapshot snap-1 is available
        the database can be restored to 2026-11-22 02:05:09 UTC
        terminating i-1, i-2
        stopping the application for good on i-1, i-2
        02:05:09 i-1 is proven stopped: no container, no process, its units disabled
        02:05:09 every old node is shutting down
        02:05:09 every old node is terminated
      ! point of no return: the new release migrates the database when it first starts
        i-3 launched
        02:05:09 the application on i-3 has started
        i-3 passed the gate
        smoke run run-1 queued: https://tfe.example.com/app/lab/workspaces/smoke/runs/run-1
        smoke run run-1 passed (42s)
        watching the first node for 10m 0s
        the first node stayed healthy for 10m 0s
      ! 02:05:09 the service no longer answers
        02:05:09 the service answers again
        i-3 is terminated as requested; a new node replaces it
      aborting, by ann@here
      ! accepted risk disk: the volume grows tomorrow
        evidence of i-3: /runs/evidence

      ✗ The node did not pass the gate in time (GATE_TIMEOUT, at gate)
        i-3: no answer
        fleet: held
        next: The node is left running. It may be migrating the database, so do not terminate it. \`upgrade --resume\` checks it again. \`upgrade --resume --rebuild-node\` replaces it once it is known not to migrate.

      Halted. The fleet is on hold.
      Stack test
      two repaves
        ✗ disk: 2 GiB free
          → Free space.
      Expected: about 13 min of outage in 2 hops, each: deregistration 10s, termination 40s, build 5m 50s (from 1 run). The whole run takes about 26 min.
      tfe.example.com (stack test, account 123456789012, eu-central-1)
        release      610 (v202204-2) → 642 (v202207-2) → 692 (v202304-1)
        image        ami-a, unchanged
        outage       about 13 min of outage in 2 hops, each: deregistration 10s, termination 40s, build 5m 50s (from 1 run); it starts after the last drain
        in total     about 26 min
        no way back  from the launch of the first new node on. Until then: npm run abort -- --stack test
        i-1: jobs left: 1
        i-3: 0 of 3 passed; waiting for: application started
      i-3: not healthy
        ✓ replicated ready: Replicated ready
        ✗ application started: starting, desired started
      Image ami-a → ami-b (base, 2026-11-01)
      ✗ 3 calls of the schedule in a row failed
      ! op-drain-1 was interrupted at its start: its process (ann@here) has not reported since 02:05:09 UTC (1m 0s). Nothing acts on the fleet until it is resumed
      ! i-1: drained since 02:05:09 UTC by op-drain-1; takes no work until restarted
          → end it: npm run restart -- --stack test
      v202502-2 (810) → v202503-1 (811), then migrate, then → 1.2.2

      23 checks passed, 1 skipped. Would take about 29 min, outage about 8 min. Start with: npm run upgrade -- --release 692 --stack test
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
      secretsShown: 2,
      violations: ["610 and 642 ran at once"],
    };
    expect(words({ witness })).toContain(
      "the lab's witness: 40 jobs finished, 1 lost; two releases at the same time for 12s; 0 nodes killed while booting; service down for 350s; 2 secrets shown\n" +
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
