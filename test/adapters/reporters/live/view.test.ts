import { createColors } from "picocolors";
import { view, type ViewOptions } from "../../../../orchestration/adapters/reporters/live/view";
import { advance, NOTHING_SEEN, type LiveState } from "../../../../orchestration/adapters/reporters/live/state";
import { duration } from "../../../../orchestration/domain/text/words";
import type { RunEvent } from "../../../../orchestration/domain/events";
import { anOutlook, EXPECTATION, PLAN } from "../../../support/events";
import { releaseOf } from "../../../support/release";

const T0 = Date.UTC(2026, 0, 5, 1);
const at = (seconds: number): number => T0 + seconds * 1000;

/** What was told when, in seconds since the beginning. */
type Told = readonly (readonly [seconds: number, event: RunEvent])[];

const seen = (told: Told): LiveState =>
  told.reduce((state, [seconds, event]) => advance(state, event, at(seconds)), NOTHING_SEEN);

const shown = (told: Told, seconds: number, options: Partial<ViewOptions> = {}): string =>
  view(seen(told), {
    columns: 80,
    rows: 40,
    now: at(seconds),
    colors: createColors(false),
    duration,
    stopping: false,
    ...options,
  }).join("\n");

const started = (step: string, hop: number): RunEvent => ({ event: "step.started", step, hop, title: step });
const finished = (step: string, hop: number, seconds: number): RunEvent => ({
  event: "step.finished",
  step,
  hop,
  seconds,
});
const left = (instanceId: string, jobsLeft: number): RunEvent => ({
  event: "progress",
  step: "drain",
  instanceId,
  text: `jobs left: ${jobsLeft}, drain command is running`,
  drain: { left: jobsLeft, commandEnded: false },
});
const looked = (greens: number, replicated: boolean): RunEvent => ({
  event: "gate.observed",
  instanceId: "i-3",
  release: releaseOf("642"),
  greens,
  needed: 3,
  observations: [
    {
      id: "in-service",
      phase: "boots",
      condition: "instance running and in service",
      held: true,
      observed: "running, InService",
    },
    {
      id: "system-ready",
      phase: "installs",
      condition: "replicated ready",
      held: replicated,
      observed: "Replicated initializing",
    },
    {
      id: "app-started",
      phase: "starts",
      condition: "application started",
      held: false,
      observed: "could not be checked: i-3: exit status 1 (no app) from `/usr/local/bin/replicatedctl app status`",
    },
    { id: "release", phase: "otherRelease", condition: "release 642", held: false, observed: "runs 610 (v202204-2)" },
  ],
});

const DRAINING: Told = [
  [0, { event: "plan.made", plan: PLAN, text: [] }],
  [0, anOutlook()],
  [1, started("preflight", 1)],
  [91, finished("preflight", 1, 90)],
  [91, { event: "run.started", runId: "run-1", plan: PLAN, operator: "ann@here" }],
  [100, started("drain", 0)],
  [101, { event: "drain.started", hop: 0, instanceId: "i-1" }],
  [110, left("i-1", 3)],
];

const AT_THE_GATE: Told = [
  ...DRAINING,
  [150, { event: "drain.proven", hop: 0, instanceId: "i-1", seconds: 49 }],
  [160, { event: "warning", text: "someone resumed AZRebalance" }],
  [200, finished("drain", 0, 100)],
  [201, { event: "zero.asked", hop: 0, instances: ["i-1", "i-2"] }],
  [210, { event: "outage.began", at: at(210) }],
  [230, { event: "zero.reached", hop: 0, lastSeenAlive: at(229), at: at(230) }],
  [231, { event: "one.asked", hop: 0, templateVersion: 2 }],
  [240, { event: "one.launched", hop: 0, instanceId: "i-3", launchedAt: at(240) }],
  [241, started("gate", 0)],
  [250, looked(0, false)],
  [260, looked(0, true)],
  [270, looked(0, true)],
];

/** A run of so many hops, each of five steps, that is at the drain of the third. */
function manyHops(): Told {
  const releases = [642, 692, 713, 722];
  const plan = { ...PLAN, hops: releases.map((release) => ({ release: releaseOf(release), image: "ami-a" })) };
  const ids = ["stage", "drain", "scaleToZero", "scaleToOne", "gate"];
  const steps = releases.flatMap((_, hop) =>
    ids.map((step) => ({ step, hop, scope: "hop" as const, expectedSeconds: 60, forecastSeconds: 60 })),
  );
  const over = steps.filter(({ hop }) => hop < 2);
  return [
    [0, { event: "plan.made", plan, text: [] }],
    [0, anOutlook({ steps })],
    ...over.flatMap(({ step, hop }, index): Told => [
      [index * 60, started(step, hop)],
      [index * 60 + 59, finished(step, hop, 59)],
    ]),
    [600, { event: "step.skipped", step: "stage", hop: 2, why: "done" }],
    [600, started("drain", 2)],
  ];
}

describe("the live view", () => {
  it("shows steps with spent and expected time, nodes, availability, and what stopping would mean", () => {
    expect(shown(DRAINING, 130)).toBe(`
test: 610 (v202204-2) → 642 → 692 (v202304-1)         2m 9s, about 23m 50s left
  start    ✓ preflight 1m 30s
  642      ▶ drain 30s of ~5m 0s  gate ~6m 40s
  692      drain ~5m 0s  gate ~6m 40s
  end      verify ~1m 0s

  i-1  610 (v202204-2)  drain: jobs left: 3
  i-2  610 (v202204-2)  healthy

  service  ██████████████████████████  5s each
  outage   none
  stopping leaves the fleet on hold, service up; \`abort\` reverts the run`);
  });

  it("shows each condition of the gate with its greens so far, and the outage against the build of a node", () => {
    expect(shown(AT_THE_GATE, 300)).toBe(`
test: 610 (v202204-2) → 642 → 692 (v202304-1)        4m 59s, about 18m 21s left
  start    ✓ preflight 1m 30s
  642      ✓ drain 1m 40s  ▶ gate 59s of ~6m 40s
  692      drain ~5m 0s  gate ~6m 40s
  end      verify ~1m 0s

  i-3  642 (v202207-2)  the application starts, migrations run, 0 of 3 passed
    ✓  3  instance running and in service
    ✓  2  replicated ready
    ·  0  application started: not yet, could not be checked: i-3: exit status…
    ·  0  release 642: not yet, runs 610 (v202204-2)

  service  ████████████████████··········  10s each
  outage   down for 1m 30s (25% of 6m 0s, one node's build)
  back     in about 5m 41s
  stopping leaves the service down, no way back; safe after the gate (~5m 41s)
  !        1 warning, repeated at the end`);
  });

  it("on a low terminal leaves out what holds first, then all but the step that is under way", () => {
    const low = shown(AT_THE_GATE, 300, { rows: 17 }).split("\n");
    expect(low.filter((line) => /^ {4}[✓✗·]/.test(line))).toEqual([
      "    ·  0  application started: not yet, could not be checked: i-3: exit status…",
      "    ·  0  release 642: not yet, runs 610 (v202204-2)",
    ]);
    expect(shown(AT_THE_GATE, 300, { rows: 9 })).toBe(`\
test: 610 (v202204-2) → 642 → 692 (v202304-1)        4m 59s, about 18m 21s left
  642      ✓ drain 1m 40s  ▶ gate 59s of ~6m 40s
  i-3  642 (v202207-2)  the application starts, migrations run, 0 of 3 passed
  service  ████████████████████··········  10s each
  outage   down for 1m 30s (25% of 6m 0s, one node's build)
  back     in about 5m 41s
  stopping leaves the service down, no way back; safe after the gate (~5m 41s)
  !        1 warning, repeated at the end`);
  });

  it.each([20, 40, 79, 80, 120, 200])("never is wider than a terminal of %i columns, nor higher than it", (columns) => {
    for (const rows of [5, 10, 24, 60]) {
      for (const told of [DRAINING, AT_THE_GATE, manyHops(), []]) {
        const lines = shown(told, 700, { columns, rows }).split("\n");
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(columns);
        expect(lines.length).toBeLessThan(rows);
      }
    }
  });

  it("shows in red what is late, or held before", () => {
    expect(shown(AT_THE_GATE, 300)).toContain("    ·  0  release 642: not yet");
    expect(shown(AT_THE_GATE, 1500)).toContain("    ✗  0  release 642: runs 610");
  });

  it("uses a wide terminal for two columns of conditions", () => {
    const wide = shown(AT_THE_GATE, 300, { columns: 200 }).split("\n");
    expect(wide.filter((line) => /^ {4}[✓✗·]/.test(line))).toEqual([
      "    ✓  3  instance running and in service".padEnd(79) +
        "    ·  0  application started: not yet, could not be checked: i-3: exit status …",
      "    ✓  2  replicated ready".padEnd(79) + "    ·  0  release 642: not yet, runs 610 (v202204-2)",
    ]);
  });

  it("gives hops that are over, or far ahead, a line each", () => {
    expect(shown(manyHops(), 660).split("\n").slice(2, 7)).toEqual([
      "  11m 0s, about 8m 0s left",
      "  642      ✓ 5 steps 4m 55s",
      "  692      ✓ 5 steps 4m 55s",
      "  713      · stage  ▶ drain 1m 0s of ~1m 0s  scale to zero ~1m 0s",
      "           scale to one ~1m 0s  gate ~1m 0s",
    ]);
  });

  it("says the same with colours as without", () => {
    const colourful = shown(AT_THE_GATE, 300, { colors: createColors(true) });
    expect(colourful).toContain("\u001b[31m··········\u001b[39m");
    expect(colourful.replace(/\u001b\[\d+m/g, "")).toBe(shown(AT_THE_GATE, 300));
  });
});

describe("stopping", () => {
  const stopLine = (told: Told, seconds: number, options: Partial<ViewOptions> = {}): string | undefined =>
    shown(told, seconds, options)
      .split("\n")
      .find((line) => line.startsWith("  stop"));

  it("puts everything back before the first drain", () => {
    expect(stopLine(DRAINING.slice(0, 6), 100)).toBe("  stopping restores everything");
  });

  it("costs the service from the scaling to zero on, until the gate is passed", () => {
    const zero: Told = [...DRAINING, [200, finished("drain", 0, 100)], [201, started("scaleToZero", 0)]];
    expect(stopLine(zero, 202)).toBe("  stopping leaves the service down; safe after the gate (~6m 40s)");
    const passed: Told = [
      ...AT_THE_GATE,
      [400, { event: "outage.ended", at: at(400) }],
      [410, { event: "gate.passed", hop: 0, instanceId: "i-3", firstGreenAt: at(405) }],
      [411, finished("gate", 0, 170)],
      [412, started("drain", 1)],
    ];
    expect(stopLine(passed, 412)).toBe("  stopping leaves the fleet on hold, service up");
  });

  it("that was asked for is said", () => {
    expect(stopLine(DRAINING, 110, { stopping: true })).toBe(
      "  stopping at the next safe point; press Ctrl-C again to stop at once",
    );
  });

  it("of a run that was resumed after the new release was asked for: no way back", () => {
    const resumed: Told = [
      [0, { event: "plan.made", plan: PLAN, text: [] }],
      [0, anOutlook({ drainBegun: true, pastPointOfNoReturn: true, outageSeconds: 30, outageSince: at(-60) })],
      [1, { event: "run.resumed", runId: "run-1", operator: "ann@here", token: 2 }],
      [1, { event: "step.skipped", step: "preflight", hop: 1, why: "passed when this run began" }],
      [1, { event: "step.skipped", step: "drain", hop: 0, why: "no node of the old build" }],
      [2, started("gate", 0)],
    ];
    expect(stopLine(resumed, 10)).toBe(
      "  stopping leaves the service down, no way back; safe after the gate (~6m 32s)",
    );
    expect(shown(resumed, 10)).toContain("outage   down for 1m 10s (19% of 6m 0s, one node's build; 30s before that)");
  });
});

describe("the outage", () => {
  const outageLine = (told: Told, seconds: number): string | undefined =>
    shown(told, seconds)
      .split("\n")
      .find((line) => line.startsWith("  outage"));
  const firstRun = (): Told =>
    AT_THE_GATE.map(([when, event]) => [
      when,
      event.event === "run.outlook" ? anOutlook({ pastRuns: 0, nodeBuildSeconds: null }) : event,
    ]);

  it("of a stack without a past run is weighed against the build of this run's node, once that is known", () => {
    expect(outageLine(firstRun(), 300)).toBe("  outage   down for 1m 30s (no earlier run to compare with)");
    const passed: Told = [
      ...firstRun(),
      [410, { event: "outage.ended", at: at(410) }],
      [420, { event: "gate.passed", hop: 0, instanceId: "i-3", firstGreenAt: at(400) }],
    ];
    expect(outageLine(passed, 430)).toBe("  outage   was down for 3m 20s (125% of 2m 40s, one node's build)");
  });

  it("of the next hop begins anew", () => {
    const next: Told = [
      ...AT_THE_GATE,
      [400, { event: "outage.ended", at: at(400) }],
      [411, finished("gate", 0, 170)],
      [412, started("drain", 1)],
    ];
    expect(outageLine(next, 420)).toBe("  outage   none");
  });
});

it("counts down to the answer and to the end, and says what is late", () => {
  const lines = shown(AT_THE_GATE, 760).split("\n");
  expect(lines.slice(1, 3)).toEqual([
    "test: 610 (v202204-2) → 642 → 692 (v202304-1)",
    "  12m 39s, 1m 59s late, about 12m 40s left",
  ]);
  expect(lines).toContain("  back     expected 1m 59s ago");
  const assumed = AT_THE_GATE.map(([when, event]): Told[number] => [
    when,
    event.event === "run.outlook" ? anOutlook({ pastRuns: 0, forecast: { ...EXPECTATION, pastRuns: 0 } }) : event,
  ]);
  expect(shown(assumed, 300).split("\n")).toContain("  back     in up to 5m 41s (not measured)");
});

it("on a narrow terminal breaks lines between words, and cuts none that says what stopping means", () => {
  const lines = shown(AT_THE_GATE, 300, { columns: 44 }).split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(43);
  const text = lines.join("\n");
  expect(text).toContain("  outage   down for 1m 30s (25% of 6m 0s,\n           one node's build)\n");
  expect(text).toContain(
    "  stopping leaves the service down, no way\n           back; safe after the gate (~5m\n           41s)\n",
  );
  expect(text).toContain("  4m 59s, about 18m 21s left\n");
  expect(text).toContain("  i-3  642 (v202207-2)  the application\n    starts, migrations run, 0 of 3 passed\n");
  for (const columns of [1, 2, 5, 10, 20, 30])
    for (const rows of [1, 5, 40]) expect(() => shown(AT_THE_GATE, 300, { columns, rows })).not.toThrow();
});

it("an abort shows the way back, and no steps that it does not go", () => {
  const aborting: Told = [
    ...DRAINING,
    [200, { event: "abort.asked", operator: "ann@here" }],
    [201, { event: "run.resumed", runId: "run-1", operator: "ann@here", token: 2 }],
  ];
  const [, title = "", next = ""] = shown(aborting, 260).split("\n");
  expect(title).toMatch(/^test: back to 610 \(v202204-2\) +4m 19s$/);
  expect(next).toBe("");
});
