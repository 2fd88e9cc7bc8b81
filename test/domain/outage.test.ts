import fc from "fast-check";
import type { DurableEvent } from "../../orchestration/domain/events";
import type { OutageParts } from "../../orchestration/domain/start/expectation";
import { fold } from "../../orchestration/domain/journal";
import { measureOutage, outagesInParts } from "../../orchestration/domain/outage";
import { durableEvent } from "../support/events";

const S = 1000;

/** One hop: down at 100, shutting down at 110, gone at 150, launched at 153, started at 450, first green 460, up at 452. */
const hop = (index: number, from: number): DurableEvent[] => [
  { event: "outage.began", at: (from + 100) * S },
  { event: "zero.leaving", hop: index, at: (from + 110) * S },
  { event: "zero.reached", hop: index, lastSeenAlive: (from + 150) * S, at: (from + 152) * S },
  { event: "one.launched", hop: index, instanceId: "i-3", launchedAt: (from + 153) * S },
  { event: "node.started", hop: index, instanceId: "i-3", at: (from + 450) * S },
  { event: "outage.ended", at: (from + 452) * S },
  { event: "gate.passed", hop: index, instanceId: "i-3", firstGreenAt: (from + 460) * S },
];

test("an outage is taken apart by what was waited for", () => {
  expect(measureOutage(fold(hop(0, 0)))).toEqual({
    outageSeconds: 352,
    nodeBuildSeconds: 307,
    preparedSeconds: 0,
    outageRatio: 1.15,
    parts: { deregistration: 10, termination: 40, overhead: 3, build: 297, firstAnswer: 2 },
  });
});

/** The same hop with a node that was prepared from -600 to -340: told at 151, started at 260, first green 265, up at 262. */
const PREPARED: DurableEvent[] = [
  { event: "prepared.launched", hop: 0, instanceId: "i-3", launchedAt: 400 * S },
  { event: "prepared.ready", hop: 0, instanceId: "i-3", at: 660 * S },
  { event: "outage.began", at: 1100 * S },
  { event: "zero.leaving", hop: 0, at: 1110 * S },
  { event: "zero.reached", hop: 0, lastSeenAlive: 1150 * S, at: 1151 * S },
  { event: "prepared.attached", hop: 0, instanceId: "i-3" },
  { event: "prepared.told", hop: 0, instanceId: "i-3", at: 1151 * S },
  { event: "one.launched", hop: 0, instanceId: "i-3", launchedAt: 1151 * S },
  { event: "node.started", hop: 0, instanceId: "i-3", at: 1260 * S },
  { event: "outage.ended", at: 1262 * S },
  { event: "gate.passed", hop: 0, instanceId: "i-3", firstGreenAt: 1265 * S },
];

test("where the node was prepared, its start is in the outage, and its whole build is what the outage is weighed against", () => {
  const state = fold(PREPARED);
  expect(measureOutage(state)).toEqual({
    outageSeconds: 162,
    nodeBuildSeconds: 260 + 114,
    preparedSeconds: 260,
    outageRatio: 0.43,
    parts: { deregistration: 10, termination: 40, overhead: 1, build: 0, start: 109, firstAnswer: 2 },
  });
  const [outage] = outagesInParts(state);
  expect(outage?.parts.map(({ part }) => part)).toEqual([
    "deregistration",
    "termination",
    "overhead",
    "start",
    "firstAnswer",
  ]);
  expect(outage?.build).toEqual({
    instanceId: "i-3",
    from: 1151 * S,
    to: 1265 * S,
    before: { from: 400 * S, to: 660 * S },
  });
});

test("a node that was prepared and then not used counts for nothing", () => {
  const { parts, preparedSeconds } = measureOutage(
    fold([...PREPARED.slice(0, 2).map((event) => ({ ...event, instanceId: "i-9" }) as DurableEvent), ...hop(0, 1000)]),
  );
  expect({ parts, preparedSeconds }).toEqual({
    parts: { deregistration: 10, termination: 40, overhead: 3, build: 297, firstAnswer: 2 },
    preparedSeconds: 0,
  });
});

test("the outages of two hops are added up, each against its own node", () => {
  const { outageSeconds, nodeBuildSeconds, parts } = measureOutage(fold([...hop(0, 0), ...hop(1, 2000)]));
  expect({ outageSeconds, nodeBuildSeconds }).toEqual({ outageSeconds: 704, nodeBuildSeconds: 614 });
  expect(parts).toEqual({ deregistration: 20, termination: 80, overhead: 6, build: 594, firstAnswer: 4 });
});

test("no outage is none", () => {
  expect(measureOutage(fold([]))).toEqual({
    outageSeconds: 0,
    nodeBuildSeconds: 0,
    preparedSeconds: 0,
    outageRatio: 0,
    parts: { deregistration: 0, termination: 0, overhead: 0, build: 0, firstAnswer: 0 },
  });
});

test("an outage that goes on is counted up to now: a run that halts in it must not say that there was none", () => {
  const state = fold(hop(0, 0).slice(0, 4));
  expect(measureOutage(state, 400 * S)).toMatchObject({
    outageSeconds: 300,
    nodeBuildSeconds: 0,
    outageRatio: 0,
    // The node is still being built.
    parts: { deregistration: 10, termination: 40, overhead: 3, build: 247, firstAnswer: 0 },
  });
});

test.each<[string, number, number, Partial<OutageParts>]>([
  ["the old nodes are asked to go", 2, 120, { deregistration: 20 }],
  ["they shut down", 3, 120, { deregistration: 10, termination: 10 }],
  ["the last is gone", 4, 160, { deregistration: 10, termination: 40, overhead: 10 }],
  ["the new one is launched", 5, 200, { deregistration: 10, termination: 40, overhead: 3, build: 47 }],
])("an outage that goes on belongs to what is waited for: %s", (_, seen, until, parts) => {
  const events: DurableEvent[] = [{ event: "zero.asked", hop: 0, instances: [] }, ...hop(0, 0)];
  const none = { deregistration: 0, termination: 0, overhead: 0, build: 0, firstAnswer: 0 };
  expect(measureOutage(fold(events.slice(0, seen)), until * S).parts).toEqual({ ...none, ...parts });
});

test("an outage of nobody's making is only known to have been without an answer", () => {
  const flap: DurableEvent[] = [
    { event: "outage.began", at: 10 * S },
    { event: "outage.ended", at: 15 * S },
  ];
  const { parts } = measureOutage(fold([...flap, ...hop(0, 0)]));
  expect(parts).toEqual({ deregistration: 10, termination: 40, overhead: 3, build: 297, firstAnswer: 7 });
});

const total = (parts: OutageParts): number => Object.values<number>({ ...parts }).reduce((a, b) => a + b, 0);

test("property: the parts are never negative and add up to the outage, whatever the journal holds", () => {
  fc.assert(
    fc.property(fc.array(durableEvent, { maxLength: 60 }), fc.nat(90_000_000), (events, until) => {
      const rising = events.filter((e) => e.event !== "outage.ended" && e.event !== "outage.began");
      const state = fold([...rising, { event: "outage.began", at: 20_123 }, { event: "outage.ended", at: 20_000_468 }]);
      const { outageSeconds, parts } = measureOutage(state, until);
      expect(outageSeconds).toBe(19_980.3);
      expect(Math.min(...Object.values<number>({ ...parts }))).toBeGreaterThanOrEqual(0);
      expect(total(parts)).toBeCloseTo(outageSeconds, 6);
    }),
  );
});
