import fc from "fast-check";
import type { DurableEvent } from "../../orchestration/domain/events";
import { apply, EMPTY_RUN, fold, hopRecord, isOver, pastPointOfNoReturn } from "../../orchestration/domain/journal";
import { aFinish, durableEvent, PLAN } from "../support/events";

const started: DurableEvent = { event: "run.started", runId: "run-1", plan: PLAN, operator: "somebody@here" };
const resumed: DurableEvent = { event: "run.resumed", runId: "run-1", operator: "somebody@here", token: 2 };
const found = (...suspended: string[]): DurableEvent => ({ event: "fence.found", suspended });
const restored: DurableEvent = { event: "fence.restored", resumed: [] };
const draining: DurableEvent = { event: "drain.started", hop: 0, instanceId: "i-1" };
const drained = (instanceId: string): DurableEvent => ({ event: "drain.proven", hop: 0, instanceId, seconds: 9 });
const launched: DurableEvent = { event: "one.launched", hop: 0, instanceId: "i-3", launchedAt: 5 };

test("an empty journal says nothing", () => {
  expect(fold([])).toEqual(EMPTY_RUN);
  expect(hopRecord(EMPTY_RUN, 7)).toEqual({ drained: [], gated: [] });
});

test.each<DurableEvent>([
  draining,
  { event: "drain.observed", hop: 0, instanceId: "i-1", left: 1 },
  drained("i-1"),
  { event: "drain.proven", instanceId: "i-1", seconds: 9 },
])("a node takes no work from the first line on that says so, whichever are lost: %j", (line) => {
  expect(fold([line])).toMatchObject({ drainBegun: true, draining: ["i-1"] });
});

test("property: any prefix of a journal is readable, and what follows can be read on top of it", () => {
  fc.assert(
    fc.property(fc.array(durableEvent), fc.nat(), (events, cut) => {
      const prefix = events.slice(0, cut % (events.length + 1));
      const state = fold(prefix);
      expect(state.entries).toBe(prefix.length);
      expect(events.slice(prefix.length).reduce(apply, state)).toEqual(fold(events));
    }),
  );
});

test("property: what a journal says survives being written down", () => {
  fc.assert(
    fc.property(fc.array(durableEvent), (events) => {
      const written = events.map((event) => JSON.parse(JSON.stringify(event)) as DurableEvent);
      expect(fold(written)).toEqual(fold(events));
    }),
  );
});

test("property: an outage ends after it began, or goes on", () => {
  fc.assert(
    fc.property(fc.array(durableEvent), (events) => {
      const began = events.filter((e) => e.event === "outage.began").length;
      const { outages, outageSince } = fold(events);
      expect(outages.length + (outageSince === undefined ? 0 : 1)).toBeLessThanOrEqual(began);
    }),
  );
});

describe("the fence as it was found", () => {
  it("is what the first look saw: a later one sees our own fence", () => {
    expect(fold([found("AZRebalance"), found("AZRebalance", "HealthCheck")]).foundSuspended).toEqual(["AZRebalance"]);
  });

  it("is looked at anew once it was given back", () => {
    const state = fold([found("AZRebalance"), restored, found("HealthCheck")]);
    expect(state).toMatchObject({ foundSuspended: ["HealthCheck"], fenceRestored: false });
  });
});

describe("a proof of drain", () => {
  it("is counted once a node", () => {
    expect(hopRecord(fold([drained("i-1"), drained("i-2"), drained("i-1")]), 0).drained).toEqual(["i-1", "i-2"]);
  });

  it("holds for the process that made it, and is made again by the one that goes on", () => {
    const state = fold([draining, drained("i-1"), resumed]);
    expect(hopRecord(state, 0).drained).toEqual([]);
    expect(state.drainBegun).toBe(true);
  });
});

test("a node that is asked for again makes the journal forget the one before", () => {
  const asked: DurableEvent = { event: "one.asked", hop: 0, templateVersion: 2 };
  expect(hopRecord(fold([asked, launched]), 0).launched).toEqual({ instanceId: "i-3", at: 5 });
  expect(hopRecord(fold([asked, launched, asked]), 0)).toEqual({ drained: [], gated: [], oneAsked: true });
});

test("the point of no return is where the new release may have been started", () => {
  expect(pastPointOfNoReturn(fold([started, draining, drained("i-1")]))).toBe(false);
  expect(pastPointOfNoReturn(fold([{ event: "one.asked", hop: 1, templateVersion: 3 }]))).toBe(true);
});

describe("a run is over", () => {
  it.each<{ why: string; events: DurableEvent[]; over: boolean }>([
    { why: "not when it was only begun", events: [started], over: false },
    { why: "when it is done", events: [started, found(), restored, aFinish("done")], over: true },
    {
      why: "when it failed and put everything back",
      events: [started, found(), restored, aFinish("failed")],
      over: true,
    },
    { why: "when it was blocked", events: [started, found(), restored, aFinish("blocked")], over: true },
    { why: "not when it is halted", events: [started, found(), draining, aFinish("halted")], over: false },
    {
      why: "not when it was interrupted in a drain",
      events: [started, found(), draining, aFinish("interrupted")],
      over: false,
    },
    {
      why: "when it was interrupted and put back",
      events: [started, found(), restored, aFinish("interrupted")],
      over: true,
    },
    { why: "when it was interrupted before the fence", events: [started, aFinish("interrupted")], over: true },
    {
      why: "not when it is gone on with",
      events: [started, found(), draining, aFinish("halted"), resumed],
      over: false,
    },
    { why: "not when it was killed in the middle", events: [started, found(), draining], over: false },
  ])("$why", ({ events, over }) => {
    expect(isOver(fold(events))).toBe(over);
  });
});

test("seconds of a step add up over hops and attempts", () => {
  const events = [3, 4].map((seconds, hop): DurableEvent => ({ event: "step.finished", step: "gate", hop, seconds }));
  expect(fold(events).stepSeconds).toEqual({ gate: 7 });
});

test("an act on a node that is no hop's is in no hop's record", () => {
  const state = fold([
    { event: "drain.started", instanceId: "i-1" },
    { event: "drain.proven", instanceId: "i-1", seconds: 9 },
    { event: "node.started", instanceId: "i-1", at: 5 },
    { event: "gate.passed", instanceId: "i-1", firstGreenAt: 6 },
  ]);
  expect(state).toMatchObject({ drainBegun: true, hops: {} });
});
