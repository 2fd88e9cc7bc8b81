import type { DurableEvent } from "../../../orchestration/domain/events";
import { fleetStanding, type Known } from "../../../orchestration/domain/standing/fleet";
import type { Recorded } from "../../../orchestration/domain/standing/run";
import { standingLines } from "../../../orchestration/domain/standing/words";
import { aFinish, PLAN } from "../../support/events";

const T = Date.UTC(2026, 10, 22, 2, 0, 0);
const S = 1000;

type At = readonly [seconds: number, event: DurableEvent];

const entries = (events: readonly At[]): Recorded["entries"] =>
  events.map(([seconds, event], seq) => ({ seq, at: T + seconds * S, ...event }));

const run = (...events: readonly At[]): Recorded => ({
  runId: "run-1",
  what: "run",
  operator: "ann@here",
  entries: entries([[0, { event: "run.started", runId: "run-1", plan: PLAN, operator: "ann@here" }], ...events]),
});

const operation = (runId: string, ...events: readonly At[]): Recorded => ({
  runId,
  what: "operation",
  operator: "bob@there",
  entries: entries(events),
});

const step = (id: string): DurableEvent => ({ event: "step.started", step: id, hop: 0, title: "" });
const FENCED: At = [1, { event: "fence.found", suspended: [] }];
const drained = (instanceId: string): DurableEvent => ({ event: "drain.started", instanceId });
const failed = (code: "INTERRUPTED" | "GATE_TIMEOUT"): DurableEvent => ({
  event: "run.failed",
  step: "gate",
  code,
  detail: "",
  fleet: "",
});
const ended = (outcome: "interrupted" | "halted" | "done"): DurableEvent => aFinish(outcome);
const lease = (runId: string, heardAt: number) => ({
  runId,
  holder: "ann@here",
  renewedAt: T + heardAt * S,
  expiresAt: T + (heardAt + 60) * S,
});
const node = (instanceId: string, healthy = true) => ({ instanceId, healthy });

function told(known: Partial<Known>, seconds: number): readonly string[] {
  const standing = fleetStanding({ stack: "test", journals: [], lease: undefined, now: T + seconds * S, ...known });
  return [
    `${standing.kind}, takes work: ${standing.takesWork}`,
    ...standingLines(standing).flatMap(({ mood, text, next }) => [`${mood}: ${text}`, ...next]),
  ];
}

const NODES = [node("i-1"), node("i-2")];

it("is in service where nothing is known that speaks against it", () => {
  expect(told({ nodes: NODES }, 0)).toEqual(["in service, takes work: true"]);
});

it.each<{ why: string; known: Partial<Known>; at: number; says: readonly string[] }>([
  {
    why: "a drain was stopped after its first node",
    known: {
      journals: [operation("op-drain-1", [0, step("drain")], [5, drained("i-1")], [9, ended("interrupted")])],
      nodes: NODES,
    },
    at: 60,
    says: [
      "drained, takes work: true",
      "held: i-1: drained since 02:00:05 UTC by op-drain-1; takes no work until restarted",
      "end it: npm run restart -- --stack test",
    ],
  },
  {
    why: "every node was drained, though each is healthy",
    known: {
      journals: [operation("op-drain-1", [5, drained("i-1")], [7, drained("i-2")], [9, ended("done")])],
      nodes: NODES,
    },
    at: 60,
    says: [
      "drained, takes work: false",
      "held: i-1, i-2: drained since 02:00:05 UTC by op-drain-1; take no work until restarted; no node takes work",
      "end it: npm run restart -- --stack test",
    ],
  },
  {
    why: "a run is at work",
    known: { journals: [run(FENCED, [10, step("gate")])], lease: lease("run-1", 57), nodes: NODES },
    at: 60,
    says: [
      "under way, takes work: true",
      "held: run-1 is in progress at gate since 02:00:10 UTC by ann@here, last heartbeat 3s ago",
      "watch it: npm run status -- --watch --stack test",
    ],
  },
  {
    why: "a run has the lease and has not written a line",
    known: { lease: lease("run-9", 0), nodes: NODES },
    at: 2,
    says: [
      "under way, takes work: true",
      "held: run-9 is in progress at its start since 02:00:00 UTC by ann@here, last heartbeat 2s ago",
      "watch it: npm run status -- --watch --stack test",
    ],
  },
  {
    why: "the process of a run died in its drain",
    known: {
      journals: [run(FENCED, [10, step("drain")], [11, drained("i-1")])],
      lease: lease("run-1", 20),
      nodes: NODES,
    },
    at: 140,
    says: [
      "interrupted, takes work: true",
      "held: run-1 was interrupted at drain: its process (ann@here) has not reported since 02:00:20 UTC (2m 0s). Nothing acts on the fleet until it is resumed",
      "continue: npm run upgrade -- --resume --stack test",
      "undo: npm run abort -- --stack test",
      "held: i-1: drained since 02:00:11 UTC by run-1; takes no work until restarted",
    ],
  },
  {
    why: "its operator stopped it",
    known: {
      journals: [run(FENCED, [10, step("drain")], [20, failed("INTERRUPTED")], [20, ended("interrupted")])],
      nodes: NODES,
    },
    at: 60,
    says: [
      "interrupted, takes work: true",
      "held: run-1 was stopped by ann@here at drain, 02:00:20 UTC",
      "continue: npm run upgrade -- --resume --stack test",
      "undo: npm run abort -- --stack test",
    ],
  },
  {
    why: "it halted with the service down, after the point of no return",
    known: {
      journals: [
        run(
          FENCED,
          [10, step("gate")],
          [11, { event: "one.asked", hop: 0, templateVersion: 2 }],
          [12, { event: "outage.began", at: T + 12 * S }],
          [20, failed("GATE_TIMEOUT")],
          [20, ended("halted")],
        ),
      ],
      nodes: [node("i-3", false)],
    },
    at: 12 + 5520,
    says: [
      "service down, takes work: false",
      "bad: no answer since 02:00:12 UTC (1h 32m), still down",
      "held: run-1 is on hold at gate since 02:00:20 UTC: The node did not pass the gate in time (GATE_TIMEOUT)",
      "continue: npm run upgrade -- --resume --stack test",
    ],
  },
  {
    why: "a journal cannot be read",
    known: { unreadable: ["run-1"], nodes: NODES },
    at: 0,
    says: [
      "in service, takes work: true",
      "held: run-1 cannot be read, so what was done to the nodes is not known for sure",
    ],
  },
])("says so when $why", ({ known, at, says }) => {
  expect(told(known, at)).toEqual(says);
});

it.each<{ why: string; after: Recorded }>([
  {
    why: "it was started again",
    after: operation("op-restart-2", [9, { event: "node.started", instanceId: "i-1", at: T }]),
  },
  {
    why: "it passed a gate",
    after: operation("op-restart-2", [9, { event: "gate.passed", instanceId: "i-1", firstGreenAt: T }]),
  },
  {
    why: "it is gone",
    after: run([9, { event: "zero.reached", hop: 0, lastSeenAlive: T, at: T }], [10, ended("done")]),
  },
])("no longer calls a node drained once $why", ({ after }) => {
  const journals = [operation("op-drain-1", [5, drained("i-1")]), after];
  expect(fleetStanding({ stack: "test", journals, lease: undefined, now: T }).drained).toEqual([]);
});

it("does not call a node drained that is not there", () => {
  const journals = [operation("op-drain-1", [5, drained("i-1")], [6, ended("done")])];
  expect(told({ journals, nodes: [node("i-7")] }, 60)).toEqual(["in service, takes work: true"]);
});

it("is not down where a node serves again, or the service answered", () => {
  const down: At = [5, { event: "outage.began", at: T + 5 * S }];
  expect(told({ journals: [run(down, [6, ended("done")])], nodes: NODES }, 60)[0]).toBe("in service, takes work: true");
  const back: At = [6, { event: "outage.ended", at: T + 6 * S }];
  const standing = fleetStanding({ stack: "test", journals: [run(down, back)], lease: undefined, now: T });
  expect(standing.downSince).toBeNull();
});
