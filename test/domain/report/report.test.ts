import type { JournalEntry } from "../../../orchestration/domain/journal";
import { emptyStretches } from "../../../orchestration/domain/report/breaks";
import { reportOf, type Report } from "../../../orchestration/domain/report/report";
import { runStanding } from "../../../orchestration/domain/standing/run";
import { aFinish, PLAN } from "../../support/events";
import { releaseOf } from "../../support/release";

const T = Date.UTC(2026, 10, 22, 2);
const S = 1000;
const RUN = { runId: "run-1", operator: "ann@here", plan: PLAN };

type Bare = JournalEntry extends infer E
  ? E extends JournalEntry
    ? Omit<E, "seq" | "at"> & { at?: number }
    : never
  : never;

/** Entries at seconds after T. */
const journal = (...lines: readonly (readonly [number, Bare])[]): readonly JournalEntry[] =>
  lines.map(([at, event], seq) => ({ at: T + at * S, ...event, seq }));

const node = (instanceId: string, templateVersion: number, release: number, at: number) => ({
  instanceId,
  templateVersion,
  release: releaseOf(release),
  image: "ami-a",
  launchedAt: T + at * S,
});
const OBSERVATIONS = [{ condition: "application started", held: false, observed: "starting" }];

/** Up to the gate of the first node. */
const BEGUN = [
  [0, { event: "fleet.found", nodes: [node("i-1", 1, 610, -900)] }],
  [1, { event: "step.started", step: "preflight", hop: 0, title: "check" }],
  [2, { event: "watch.began", at: T + 2 * S }],
  [3, { event: "step.finished", step: "preflight", hop: 0, seconds: 2 }],
  [4, { event: "run.started", runId: "run-1", plan: PLAN, operator: "ann@here" }],
  [10, { event: "stage.built", hop: 0, templateVersion: 2 }],
  [20, { event: "drain.started", hop: 0, instanceId: "i-1" }],
  [20, { event: "drain.observed", hop: 0, instanceId: "i-1", left: 3 }],
  [25, { event: "drain.observed", hop: 0, instanceId: "i-1", left: 0 }],
  [30, { event: "drain.proven", hop: 0, instanceId: "i-1", seconds: 10 }],
  [40, { event: "zero.asked", hop: 0, instances: ["i-1"] }],
  [50, { event: "outage.began", at: T + 50 * S }],
  [60, { event: "zero.reached", hop: 0, lastSeenAlive: T + 58 * S, at: T + 60 * S }],
  [61, { event: "one.asked", hop: 0, templateVersion: 2 }],
  [70, { event: "one.launched", hop: 0, instanceId: "i-2", launchedAt: T + 70 * S }],
  [70, { event: "node.launched", hop: 0, node: node("i-2", 2, 642, 70) }],
  [80, { event: "step.started", step: "gate", hop: 0, title: "gate" }],
  [81, { event: "gate.observed", instanceId: "i-2", greens: 0, needed: 3, observations: OBSERVATIONS }],
] as const satisfies readonly (readonly [number, Bare])[];

const HALTED = [
  [100, { event: "run.failed", step: "gate", code: "GATE_TIMEOUT", detail: "i-2", fleet: "held" }],
  [100, { event: "watch.ended", at: T + 100 * S, asked: 98, unanswered: 50 }],
  [101, aFinish("halted")],
] as const satisfies readonly (readonly [number, Bare])[];

const RESUMED = [
  [200, { event: "fleet.found", nodes: [node("i-2", 2, 642, 70)] }],
  [201, { event: "step.skipped", step: "preflight", hop: 0, why: "passed" }],
  [202, { event: "run.resumed", runId: "run-1", operator: "bob@there", token: 2 }],
  [203, { event: "watch.began", at: T + 203 * S }],
  [204, { event: "step.started", step: "gate", hop: 0, title: "gate" }],
  [210, { event: "outage.ended", at: T + 210 * S }],
  [220, { event: "gate.passed", hop: 0, instanceId: "i-2", firstGreenAt: T + 215 * S }],
  [221, { event: "step.finished", step: "gate", hop: 0, seconds: 17 }],
  [230, { event: "watch.ended", at: T + 230 * S, asked: 27, unanswered: 7 }],
  [231, aFinish("done")],
] as const satisfies readonly (readonly [number, Bare])[];

const at = (report: Report, ms: number): number => (ms - report.from) / S;

describe("a run that halted and was resumed", () => {
  const report = reportOf(RUN, journal(...BEGUN, ...HALTED, ...RESUMED));

  it("has both attempts at a step, each with its end", () => {
    const gates = report.steps.filter(({ step }) => step === "gate");
    expect(gates.map(({ from, to, end }) => [at(report, from), at(report, to), end])).toEqual([
      [80, 100, "failed"],
      [204, 221, "done"],
    ]);
    expect(report.attempts).toBe(2);
  });

  it("says who went on after the failure, and when", () => {
    expect(report.failures).toMatchObject([
      { code: "GATE_TIMEOUT", followedBy: { act: "resumed", operator: "bob@there", at: T + 202 * S } },
    ]);
  });

  it("counts an outage that went on between two processes as one", () => {
    const spans = report.availability.spans.map(({ from, to, answer }) => [at(report, from), at(report, to), answer]);
    expect(spans).toEqual([
      [2, 50, "answered"],
      [50, 210, "unanswered"],
      [210, 230, "answered"],
    ]);
    expect(report.availability).toMatchObject({ asked: 125, unanswered: 57 });
  });

  it("knows the life of each node", () => {
    const lives = report.nodes.map(({ instanceId, phases }) => [
      instanceId,
      phases.map(({ phase, from, to }) => [phase, at(report, from), at(report, to)]),
    ]);
    expect(lives).toEqual([
      [
        "i-1",
        [
          ["in service", 0, 20],
          ["draining", 20, 30],
          ["drained", 30, 40],
          ["terminating", 40, 58],
        ],
      ],
      [
        "i-2",
        [
          ["building", 70, 220],
          ["in service", 220, 231],
        ],
      ],
    ]);
  });

  it("shows which version of the template was staged, and which active", () => {
    const spans = report.versions.map(({ version, use, from, to }) => [version, use, at(report, from), at(report, to)]);
    expect(spans).toEqual([
      [1, "active", 0, 61],
      [2, "staged", 10, 61],
      [2, "active", 61, 231],
    ]);
  });

  it("counts the jobs that ended in a drain", () => {
    expect(report.drains).toMatchObject([{ instanceId: "i-1", finished: 3, proven: true }]);
  });
});

describe("a run that goes on", () => {
  const entries = journal(...BEGUN);
  const now = T + 110 * S;
  const report = reportOf(RUN, entries, now);

  it("is drawn up to now", () => {
    expect(report.steps.at(-1)).toMatchObject({ step: "gate", end: "under way", to: now });
    expect(report.availability.spans.at(-1)).toMatchObject({ answer: "unanswered", to: now });
    expect(report.outage.outageSeconds).toBe(60);
  });

  it.each([
    [
      "its lease is good",
      { runId: "run-1", renewedAt: T + 100 * S, expiresAt: T + 160 * S },
      { kind: "under way", heardAt: T + 100 * S },
    ],
    [
      "its lease ran out",
      { runId: "run-1", renewedAt: T + 90 * S, expiresAt: T + 109 * S },
      { kind: "interrupted", silent: true, since: T + 90 * S },
    ],
    [
      "the lease is another run's",
      { runId: "run-2", renewedAt: now, expiresAt: T + 999 * S },
      { kind: "interrupted", silent: true, since: T + 81 * S },
    ],
    ["there is no lease", undefined, { kind: "interrupted", silent: true, since: T + 81 * S }],
  ])("stands so when %s", (_, lease, expected) => {
    expect(runStanding({ ...report, what: "run" }, lease, now)).toMatchObject(expected);
  });
});

test("a step in which the operator stopped the run was interrupted, and did not fail", () => {
  const stopped = HALTED.map(([after, event]): readonly [number, Bare] =>
    event.event === "run.failed" ? [after, { ...event, code: "INTERRUPTED" }] : [after, event],
  );
  const endsOf = (events: readonly (readonly [number, Bare])[]): readonly string[] =>
    reportOf(RUN, journal(...BEGUN, ...events)).steps.map(({ end }) => end);
  expect(endsOf(HALTED)).toEqual(["done", "failed"]);
  expect(endsOf(stopped)).toEqual(["done", "interrupted"]);
});

test("a step whose process was killed was interrupted where the journal ends", () => {
  const report = reportOf(RUN, journal(...BEGUN, ...RESUMED));
  expect(report.steps.map(({ step, end }) => [step, end])).toEqual([
    ["preflight", "done"],
    ["gate", "interrupted"],
    ["gate", "done"],
  ]);
});

test("a journal of before, without nodes, looks and watches, still makes a report", () => {
  const NEW = ["fleet.found", "drain.observed", "node.launched", "gate.observed", "watch.began", "watch.ended"];
  const old = journal(...BEGUN, ...HALTED, ...RESUMED).filter(({ event }) => !NEW.includes(event));
  const report = reportOf(RUN, old);
  expect(report.gates).toEqual([]);
  expect(report.drains).toMatchObject([{ instanceId: "i-1", finished: undefined, proven: true }]);
  expect(report.nodes.map(({ instanceId, wasThere }) => [instanceId, wasThere])).toEqual([
    ["i-1", true],
    ["i-2", false],
  ]);
  expect(report.availability).toMatchObject({ asked: undefined });
  expect(report.availability.spans.map(({ answer }) => answer)).toEqual(["answered", "unanswered", "answered"]);
});

test("what is cut out of the time axis is long, and most of the run", () => {
  const minutes = (...values: readonly number[]): readonly number[] => values.map((value) => value * 60_000);
  expect(emptyStretches(minutes(0, 10, 19, 30))).toEqual([]);
  expect(emptyStretches(minutes(0, 10, 300, 310))).toEqual([{ from: 11 * 60_000, to: 299 * 60_000 }]);
  expect(emptyStretches(minutes(0, 25, 50, 75, 100))).toEqual([]);
});
