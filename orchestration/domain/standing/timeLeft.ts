/** How much of a run is left, counted down from the forecast that its plan named. Pure. */
import { expectedSteps, type Forecast } from "../forecast";
import type { JournalEntry } from "../journal";
import type { Plan } from "../plan";
import type { Expectation } from "../start/expectation";
import { endsOutage, isInOutage } from "../steps";
import { stepLabel } from "../text/labels";
import { about, plural } from "../text/words";

/** A step of a run, how long the forecast gives it, and how far it is. */
export interface TimedStep {
  readonly step: string;
  readonly hop: number;
  readonly forecastSeconds: number;
  readonly state: "ahead" | "running" | "done" | "skipped";
  /** Of a running one: its start, in milliseconds since the epoch. */
  readonly since: number;
}

/** In seconds of the run's clock. */
export interface TimeLeft {
  /** To the start of the next outage; undefined: it has started, or none is to come. */
  readonly toOutage: number | undefined;
  /** To the end of the current or the next outage; undefined: none is to come. */
  readonly toService: number | undefined;
  readonly toEnd: number;
  /** The step that takes longer than the forecast gave it, and by how much. Undefined: none. */
  readonly late: { readonly step: string; readonly seconds: number } | undefined;
}

/** What is left of these steps. Undefined: nothing is. A step that is late counts as about to end. */
export function timeLeft(steps: readonly TimedStep[], now: number): TimeLeft | undefined {
  const open = steps.filter(({ state }) => state === "ahead" || state === "running");
  const [first] = open;
  if (!first) return undefined;
  const spent = ({ state, since }: TimedStep): number => (state === "running" ? Math.max(0, (now - since) / 1000) : 0);
  const until = (count: number): number =>
    open.slice(0, count).reduce((sum, step) => sum + Math.max(0, step.forecastSeconds - spent(step)), 0);
  const starts = open.findIndex(({ step }) => isInOutage(step));
  const ends = open.findIndex(({ step }) => endsOutage(step));
  const over = spent(first) - first.forecastSeconds;
  return {
    toOutage: starts > 0 ? until(starts) : undefined,
    toService: ends < 0 ? undefined : until(ends + 1),
    toEnd: until(open.length),
    late: first.state === "running" && over > 0 ? { step: first.step, seconds: over } : undefined,
  };
}

/** The steps of a plan as far as its journal has come. */
export function stepsOf(forecast: Forecast, plan: Plan, entries: readonly JournalEntry[]): readonly TimedStep[] {
  const steps = new Map<string, TimedStep>(
    expectedSteps(forecast, plan).map(({ step, hop, seconds }) => [
      `${step} ${hop}`,
      { step, hop, forecastSeconds: seconds, state: "ahead", since: 0 },
    ]),
  );
  const put = (id: string, change: Pick<TimedStep, "state"> & { readonly since?: number }): void => {
    const step = steps.get(id);
    if (step) steps.set(id, { ...step, ...change });
  };
  for (const entry of entries) {
    if (entry.event === "step.started") put(`${entry.step} ${entry.hop}`, { state: "running", since: entry.at });
    if (entry.event === "step.finished") put(`${entry.step} ${entry.hop}`, { state: "done" });
    if (entry.event === "step.skipped") put(`${entry.step} ${entry.hop}`, { state: "skipped" });
    // What was under way when its process ended begins anew.
    if (entry.event === "run.resumed")
      for (const [id, { state }] of steps) if (state === "running") put(id, { state: "ahead" });
  }
  return [...steps.values()];
}

/** A sentence about the time that is left, and whether the run is late. */
export interface TimeLeftLine {
  readonly text: string;
  readonly late: boolean;
}

/** What is left, in one line that says what it is from. */
export function timeLeftLine(left: TimeLeft, { pastRuns }: Pick<Expectation, "pastRuns">): TimeLeftLine {
  const { toEnd, late } = left;
  const behind = late && `${stepLabel(late.step)} is late by ${about(late.seconds)}`;
  const of = (seconds: number): string => `${pastRuns === 0 ? "up to" : "about"} ${about(seconds)}`;
  const next = nextChange(left, of);
  const parts = [behind, next, `end of the run in ${of(toEnd)}`].filter((part) => part !== undefined);
  return { text: `${parts.join(", ")} (${basis(pastRuns)})`, late: late !== undefined };
}

const basis = (runs: number): string =>
  runs === 0 ? "not measured: no run of this stack has finished yet" : `forecast from ${plural(runs, "run")}`;

/** What the service does next. Undefined: it stays as it is. */
function nextChange({ toOutage, toService }: TimeLeft, of: (seconds: number) => string): string | undefined {
  if (toService === undefined) return undefined;
  if (toOutage !== undefined) return `outage in ${of(toOutage)}, for ${of(toService - toOutage)}`;
  return toService === 0 ? "the service should be restored by now" : `service restored in ${of(toService)}`;
}

/** The same of a run in the store: the forecast is the one that was made at its start, from the runs before it. */
export function timeLeftOf(
  forecast: Forecast,
  plan: Plan,
  entries: readonly JournalEntry[],
  now: number,
): TimeLeftLine | undefined {
  const left = timeLeft(stepsOf(forecast, plan, entries), now);
  return left && timeLeftLine(left, { pastRuns: forecast.runs });
}
