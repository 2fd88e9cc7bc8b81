import { forecastFrom, NO_HISTORY, type Forecast } from "../../../orchestration/domain/forecast";
import type { JournalEntry } from "../../../orchestration/domain/journal";
import type { DurableEvent } from "../../../orchestration/domain/events";
import { timeLeftOf } from "../../../orchestration/domain/standing/timeLeft";
import { PLAN } from "../../support/events";
import { releaseOf } from "../../support/release";

const T0 = Date.UTC(2026, 0, 5, 1);
const ONE_HOP = { ...PLAN, hops: [{ release: releaseOf(620), image: "ami-a" }] };
const PAST: Forecast = {
  ...NO_HISTORY,
  runs: 5,
  stepSeconds: {
    ...forecastFrom([]).stepSeconds,
    preflight: 60,
    stage: 60,
    proveBoot: 0,
    prepare: 0,
    drain: 120,
    backup: 0,
    scaleToZero: 60,
    scaleToOne: 60,
    gate: 360,
    scaleOut: 420,
    verify: 60,
  },
};

/** A journal in which these steps were started and finished at these seconds. */
const journal = (...told: readonly (readonly [seconds: number, event: DurableEvent])[]): readonly JournalEntry[] =>
  told.map(([seconds, event], seq) => ({ seq, at: T0 + seconds * 1000, ...event }));
const starts = (step: string): DurableEvent => ({ event: "step.started", step, hop: 0, title: step });
const ends = (step: string): DurableEvent => ({ event: "step.finished", step, hop: 0, seconds: 1 });

const said = (entries: readonly JournalEntry[], seconds: number, forecast = PAST) =>
  timeLeftOf(forecast, ONE_HOP, entries, T0 + seconds * 1000);

const TO_DRAIN = journal([0, starts("preflight")], [60, ends("preflight")], [60, starts("stage")]);
const TO_GATE = journal(
  ...[
    "preflight",
    "claim",
    "fence",
    "stage",
    "proveBoot",
    "prepare",
    "drain",
    "backup",
    "scaleToZero",
    "scaleToOne",
  ].map((step, index): [number, DurableEvent] => [index * 10, ends(step)]),
  [400, starts("gate")],
);

it("before the outage names its start, its length and the end of the run", () => {
  expect(said(TO_DRAIN, 90)).toEqual({
    text: "outage in about 3 min, for about 8 min, end of the run in about 19 min (forecast from 5 runs)",
    late: false,
  });
});

it("in the outage counts down to the answer and to the end, second by second", () => {
  expect(said(TO_GATE, 460)?.text).toBe(
    "service restored in about 5 min, end of the run in about 13 min (forecast from 5 runs)",
  );
  expect(said(TO_GATE, 700)?.text).toBe(
    "service restored in about 60 s, end of the run in about 9 min (forecast from 5 runs)",
  );
});

it("says that it is late where it is late", () => {
  expect(said(TO_GATE, 400 + 360 + 125)).toEqual({
    text: "gate is late by 2 min, the service should be restored by now, end of the run in about 8 min (forecast from 5 runs)",
    late: true,
  });
});

it("after the last gate counts down to the end alone, and says nothing after it", () => {
  const after = [...TO_GATE, ...journal([800, ends("gate")], [800, starts("scaleOut")])];
  expect(said(after, 860)?.text).toBe("end of the run in about 7 min (forecast from 5 runs)");
  const over = [...after, ...journal([900, ends("smoke")], [900, ends("scaleOut")], [900, ends("verify")])];
  expect(said(over, 950)).toBeUndefined();
});

it("names an assumption as one", () => {
  expect(said(TO_GATE, 460, NO_HISTORY)?.text).toMatch(/ \(not measured: no run of this stack has finished yet\)$/);
});

it("begins anew with the step in which a process died", () => {
  const resumed = [
    ...TO_GATE,
    ...journal([2000, { event: "run.resumed", runId: "run-1", operator: "x@y", token: 2 }], [2000, starts("gate")]),
  ];
  expect(said(resumed.slice(0, -1), 2000)?.late).toBe(false);
  expect(said(resumed, 2060)?.text).toContain("service restored in about 5 min");
});
