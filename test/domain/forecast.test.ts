import {
  expectationOf,
  forecastFrom,
  NO_HISTORY,
  secondsFromOutage,
  secondsInAll,
} from "../../orchestration/domain/forecast";
import { EMPTY_RUN, type RunState } from "../../orchestration/domain/journal";
import type { Plan } from "../../orchestration/domain/plan";
import { stepFacts, STEP_IDS } from "../../orchestration/domain/steps";
import { aFinish } from "../support/events";
import { releaseOf } from "../support/release";

const HOP = { drained: [], gated: [] };
/** A run that went through in one go; its drain took this long. */
const aRun = (drain: number, change: Partial<RunState> = {}): RunState => ({
  ...EMPTY_RUN,
  hops: { 0: HOP },
  stepSeconds: {
    preflight: 60,
    stage: 30,
    drain,
    scaleToZero: 100,
    scaleToOne: 50,
    gate: 400,
    scaleOut: 300,
    verify: 20,
  },
  finished: aFinish("done"),
  ...change,
});
const plan = (...releases: number[]): Plan => ({
  schema: 2,
  stack: "test",
  from: { release: releaseOf(610), image: "ami-a" },
  hops: releases.map((release) => ({ release: releaseOf(release), image: "ami-a" })),
  nodeCount: 2,
});

test("nine runs of ten took no longer than what is expected; of few, none did", () => {
  const drains = (count: number): number[] => Array.from({ length: count }, (_, i) => (i + 1) * 100);
  expect(forecastFrom(drains(3).map((s) => aRun(s))).stepSeconds.drain).toBe(300);
  expect(forecastFrom(drains(10).map((s) => aRun(s))).stepSeconds.drain).toBe(900);
  expect(forecastFrom(drains(20).map((s) => aRun(s))).stepSeconds.drain).toBe(1800);
});

test("a run that was interrupted, taken back or failed says nothing of how long one takes", () => {
  const others = [
    aRun(9000, { resumed: true }),
    aRun(9000, { finished: aFinish("aborted") }),
    aRun(9000, { finished: aFinish("failed") }),
  ];
  expect(forecastFrom([...others, aRun(100)])).toMatchObject({ runs: 1, stepSeconds: { drain: 100 } });
  expect(forecastFrom(others)).toEqual(NO_HISTORY);
});

test("a run through two releases is two of what comes once a release", () => {
  const two = aRun(400, { hops: { 0: HOP, 1: HOP } });
  expect(forecastFrom([two])).toEqual({
    runs: 1,
    stepSeconds: {
      preflight: 60,
      claim: 0,
      fence: 0,
      stage: 15,
      proveBoot: 0,
      prepare: 0,
      drain: 200,
      backup: 0,
      scaleToZero: 50,
      scaleToOne: 25,
      gate: 200,
      smoke: 0,
      scaleOut: 300,
      verify: 20,
    },
    outageParts: { deregistration: 0, termination: 0, overhead: 0, build: 0, firstAnswer: 0 },
    prepared: NO_HISTORY.prepared,
    hopOutageSeconds: 275,
    hopBuildSeconds: 0,
  });
});

test("what is proven of a build before its nodes go counts before the outage", () => {
  const { stepSeconds } = aRun(100);
  const past = forecastFrom([aRun(100, { stepSeconds: { ...stepSeconds, proveBoot: 25 } })]);
  expect(secondsInAll(past, plan(610)) - secondsFromOutage(past, plan(610))).toBe(90 + 25 + 100);
});

test("the rest counts from the outage, the whole from the first check, every further hop with its staging and its drain", () => {
  const past = forecastFrom([aRun(200)]);
  expect(secondsFromOutage(past, plan(610))).toBe(550 + 320);
  expect(secondsInAll(past, plan(610))).toBe(90 + 200 + 550 + 320);
  expect(secondsFromOutage(past, plan(619, 636))).toBe(550 + 30 + 200 + 550 + 320);
});

describe("a plan that prepares nodes", () => {
  const preparing: Plan = { ...plan(610), prewarm: 1 };
  const past = { ...NO_HISTORY, runs: 3, prepared: { runs: 2, prepareSeconds: 260, startSeconds: 115 } };

  it("has a start in place of a build, and says what that saves and costs", () => {
    const { outageParts, outageSeconds, text } = expectationOf(past, preparing);
    expect(outageParts).toMatchObject({ build: 0, start: 115 });
    expect(expectationOf(past, plan(610)).outageSeconds - outageSeconds).toBe(1800 - 115);
    expect(text).toContain("start 1m 55s");
    expect(text).not.toContain("build");
    expect(text).toMatch(/preparing 1 node saves about 28 min of each outage, and costs about 1 h 7 min of instances/);
    expect(text).not.toContain("instances, assumed");
    expect(expectationOf(NO_HISTORY, preparing).text).toContain("instances, assumed");
  });

  it("takes as much longer as preparing takes", () => {
    expect(secondsInAll(past, preparing) - secondsInAll(past, plan(610))).toBe(260);
    expect(secondsFromOutage(past, preparing)).toBe(secondsFromOutage(past, plan(610)));
  });
});

test("a stack without runs has an assumption for every step, and the outage is that of its steps", () => {
  expect(Object.keys(NO_HISTORY.stepSeconds)).toEqual(STEP_IDS);
  const { scaleToZero, scaleToOne, gate } = NO_HISTORY.stepSeconds;
  expect(scaleToZero + scaleToOne + gate).toBe(NO_HISTORY.hopOutageSeconds);
});

test("every step counts in the time of the whole, those of a hop once a hop", () => {
  for (const id of STEP_IDS.filter((each) => each !== "smoke")) {
    const longer = { ...NO_HISTORY, stepSeconds: { ...NO_HISTORY.stepSeconds, [id]: NO_HISTORY.stepSeconds[id] + 7 } };
    const times = stepFacts(id).scope === "hop" ? 2 : 1;
    const more = secondsInAll(longer, plan(619, 636)) - secondsInAll(NO_HISTORY, plan(619, 636));
    expect([id, more]).toEqual([id, 7 * times]);
  }
});

test("a release with a note on its migration has an allowance for it; the same release again has none", () => {
  const past = forecastFrom([aRun(200)]);
  expect(secondsFromOutage(past, plan(642))).toBe(550 + 30 * 60 + 320);
  const patch = { ...plan(642), from: { release: releaseOf(642), image: "ami-b" } };
  expect(secondsFromOutage(past, patch)).toBe(550 + 320);
});

test("a smoke run and a soak count where the plan asks for them, and with them what earlier runs took", () => {
  const proven = (seconds: number): Plan => ({ ...plan(642), proof: { smoke: "plan", soakSeconds: seconds } });
  const ofRun = (past: typeof NO_HISTORY, asked: Plan): number =>
    secondsInAll(past, asked) - secondsInAll(past, plan(642));
  expect(ofRun(NO_HISTORY, proven(600))).toBe(780);
  expect(ofRun(NO_HISTORY, { ...plan(642), proof: { soakSeconds: 600 } })).toBe(600);
  const past = forecastFrom([aRun(200, { stepSeconds: { smoke: 900 } })]);
  expect(ofRun(past, proven(600))).toBe(900);
  expect(secondsInAll(past, plan(642))).toBe(secondsInAll(forecastFrom([aRun(200, { stepSeconds: {} })]), plan(642)));
});

describe("where zero means stopped", () => {
  const stopping: Plan = { ...plan(642), zeroMeans: "stopped" };
  const T = 1_000_000;
  /** An outage of 10 s, 40 s, 5 s, 300 s and 5 s; or, where zero meant stopped, of 20 s and the rest. */
  const measured = (of: Plan): RunState => {
    const gone = of.zeroMeans === undefined ? 50_000 : 20_000;
    const launched = T + gone + 5_000;
    const hop = {
      ...HOP,
      ...(of.zeroMeans === undefined ? { leavingAt: T + 10_000 } : {}),
      zeroSeen: { lastSeenAlive: T + gone, at: T + gone },
      launched: { instanceId: "i-3", at: launched },
      startedAt: launched + 300_000,
      firstGreenAt: launched + 305_000,
    };
    return aRun(100, { plan: of, hops: { 0: hop }, outages: [{ from: T, to: launched + 305_000 }] });
  };

  it("nothing is expected of deregistration, and of termination only the stop", () => {
    expect(expectationOf(NO_HISTORY, stopping).outageParts).toMatchObject({ deregistration: 0, termination: 20 });
    const forecast = forecastFrom([measured(plan(642))]);
    const [usual, shorter] = [expectationOf(forecast, plan(642)), expectationOf(forecast, stopping)];
    expect(usual.outageParts).toMatchObject({ deregistration: 10, termination: 40 });
    expect(shorter.outageSeconds).toBe(usual.outageSeconds - 30);
  });

  it("such runs say nothing of how long old nodes take to be terminated", () => {
    const forecast = forecastFrom([measured(plan(642)), measured(stopping)]);
    expect(forecast.outageParts).toMatchObject({ deregistration: 10, termination: 40, build: 300 });
    expect(forecastFrom([measured(stopping)]).outageParts).toMatchObject({ deregistration: 10, termination: 40 });
  });
});
