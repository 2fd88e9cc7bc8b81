import fc from "fast-check";
import type { DurableEvent } from "../../orchestration/domain/events";
import type { OutageParts } from "../../orchestration/domain/start/expectation";
import { fold } from "../../orchestration/domain/journal";
import { measureOutage } from "../../orchestration/domain/outage";
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
    outageRatio: 1.15,
    parts: { deregistration: 10, termination: 40, overhead: 3, build: 297, firstAnswer: 2 },
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
