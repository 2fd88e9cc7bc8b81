import { forecastFrom, NO_HISTORY, secondsFromOutage, secondsInAll } from "../../orchestration/domain/forecast";
import { EMPTY_RUN, type RunState } from "../../orchestration/domain/journal";
import type { Plan } from "../../orchestration/domain/plan";
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
  expect(forecastFrom(drains(3).map((s) => aRun(s))).hopDrainSeconds).toBe(300);
  expect(forecastFrom(drains(10).map((s) => aRun(s))).hopDrainSeconds).toBe(900);
  expect(forecastFrom(drains(20).map((s) => aRun(s))).hopDrainSeconds).toBe(1800);
});

test("a run that was interrupted, taken back or failed says nothing of how long one takes", () => {
  const others = [
    aRun(9000, { resumed: true }),
    aRun(9000, { finished: aFinish("aborted") }),
    aRun(9000, { finished: aFinish("failed") }),
  ];
  expect(forecastFrom([...others, aRun(100)])).toMatchObject({ runs: 1, hopDrainSeconds: 100 });
  expect(forecastFrom(others)).toEqual(NO_HISTORY);
});

test("a run through two releases is two of what comes once a release", () => {
  const two = aRun(400, { hops: { 0: HOP, 1: HOP } });
  expect(forecastFrom([two])).toEqual({
    runs: 1,
    beforeSeconds: 90,
    hopDrainSeconds: 200,
    hopOutageSeconds: 275,
    hopBuildSeconds: 0,
    afterSeconds: 320,
  });
});

test("what is proven of a build before its nodes go counts before the outage", () => {
  const { stepSeconds } = aRun(100);
  expect(forecastFrom([aRun(100, { stepSeconds: { ...stepSeconds, proveBoot: 25 } })]).beforeSeconds).toBe(90 + 25);
});

test("the rest counts from the outage, the whole from the first check, every further hop with its drain", () => {
  const past = forecastFrom([aRun(200)]);
  expect(secondsFromOutage(past, plan(610))).toBe(550 + 320);
  expect(secondsInAll(past, plan(610))).toBe(90 + 200 + 550 + 320);
  expect(secondsFromOutage(past, plan(619, 636))).toBe(550 + 200 + 550 + 320);
});

test("a release with a note on its migration has an allowance for it; the same release again has none", () => {
  const past = forecastFrom([aRun(200)]);
  expect(secondsFromOutage(past, plan(642))).toBe(550 + 30 * 60 + 320);
  const patch = { ...plan(642), from: { release: releaseOf(642), image: "ami-b" } };
  expect(secondsFromOutage(past, patch)).toBe(550 + 320);
});
