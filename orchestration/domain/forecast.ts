import type { RunState } from "./journal";
import { partLabel } from "./text/labels";
import { measureOutage, OUTAGE_PARTS, type OutagePart } from "./outage";
import type { Plan } from "./plan";
import { proofSeconds } from "./proof/plan";
import type { Expectation } from "./start/expectation";
import { releaseFacts, shortName } from "./release";
import { endsOutage, stepFacts, isInOutage, layOut, STEP_IDS, type LaidOut, type StepId } from "./steps";
import { about, duration, plural } from "./text/words";

/** How long a run may take, in seconds: of every sentence, view and check that names a time. */
export interface Forecast {
  /** Finished runs that this is from; 0: none, and the figures are assumptions. */
  readonly runs: number;
  /** Each step, each time that it is done. */
  readonly stepSeconds: Readonly<Record<StepId, number>>;
  /** The parts of one hop's outage. */
  readonly outageParts: Readonly<Record<OutagePart, number>>;
  /** Together. */
  readonly hopOutageSeconds: number;
  /** The build of one hop's first node. */
  readonly hopBuildSeconds: number;
}

const MINUTE = 60;

/** What is assumed for a stack without earlier runs. */
export const NO_HISTORY: Forecast = {
  runs: 0,
  stepSeconds: {
    preflight: MINUTE,
    claim: 0,
    fence: 0,
    stage: 3 * MINUTE,
    proveBoot: 3 * MINUTE,
    drain: 60 * MINUTE,
    backup: 3 * MINUTE,
    scaleToZero: 10 * MINUTE,
    scaleToOne: 5 * MINUTE,
    gate: 30 * MINUTE,
    smoke: 0,
    scaleOut: 40 * MINUTE,
    verify: 5 * MINUTE,
  },
  outageParts: {
    deregistration: MINUTE,
    termination: 5 * MINUTE,
    overhead: 4 * MINUTE,
    build: 30 * MINUTE,
    firstAnswer: 5 * MINUTE,
  },
  hopOutageSeconds: 45 * MINUTE,
  hopBuildSeconds: 30 * MINUTE,
};

/** Nine runs of ten took no longer. With fewer than ten it is the slowest. */
const QUANTILE = 0.9;

/**
 * From the runs of a stack, oldest first: of each figure the upper quantile, since who plans a window wants to know how long it may
 * take, not how long it took on average. Only runs that went through in one go count: what an interrupted one took is not known.
 */
export function forecastFrom(runs: readonly RunState[]): Forecast {
  const straight = runs.filter((run) => run.finished?.outcome === "done" && !run.resumed);
  if (straight.length === 0) return NO_HISTORY;
  const upper = (seconds: (run: RunState) => number): number => quantile(straight.map(seconds));
  const perHop = (seconds: (run: RunState) => number): number =>
    upper((run) => seconds(run) / Math.max(1, Object.keys(run.hops).length));
  const ofStep = (id: StepId): number =>
    (stepFacts(id).scope === "hop" ? perHop : upper)(({ stepSeconds }) => stepSeconds[id] ?? 0);
  const inOutage = ({ stepSeconds }: RunState): number =>
    STEP_IDS.filter(isInOutage).reduce((all, id) => all + (stepSeconds[id] ?? 0), 0);
  const ofPart = (part: OutagePart): number => perHop((run) => measureOutage(run).parts[part]);
  const outageParts = Object.fromEntries(OUTAGE_PARTS.map((part) => [part, ofPart(part)])) as Forecast["outageParts"];
  return {
    runs: straight.length,
    stepSeconds: Object.fromEntries(STEP_IDS.map((id) => [id, ofStep(id)])) as Record<StepId, number>,
    outageParts,
    // Runs of before the probe measured no outage: then the steps say how long it may have been.
    hopOutageSeconds: OUTAGE_PARTS.reduce((all, part) => all + outageParts[part], 0) || perHop(inOutage),
    hopBuildSeconds: perHop((run) => measureOutage(run).nodeBuildSeconds),
  };
}

/** The smallest of the values that is not below nine of ten of them. */
function quantile(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.ceil(sorted[Math.ceil(QUANTILE * sorted.length) - 1] ?? 0);
}

/**
 * What the release table allows for the migration of a hop. How long one takes depends on the data, and runs to other releases
 * say nothing of it.
 */
const migrationSeconds = ({ from, hops }: Plan, index: number): number => {
  const release = hops[index]?.release;
  if (release === undefined || release === (hops[index - 1] ?? from).release) return 0;
  return (releaseFacts(release)?.migrationMinutes ?? 0) * MINUTE;
};

/** The steps of the plan, in their order, with the time that each may take; the gate's is that of a migration as well. */
export function expectedSteps(
  { stepSeconds }: Forecast,
  plan: Plan,
): readonly (LaidOut & { readonly seconds: number })[] {
  return layOut(plan.hops.length).map((each) => {
    const allowance = endsOutage(each.step) ? migrationSeconds(plan, each.hop) : 0;
    if (each.step === "smoke") return { ...each, seconds: smokeSeconds(stepSeconds.smoke, plan) };
    return { ...each, seconds: stepSeconds[each.step] + allowance };
  });
}

/** Only where the plan asks for it: other runs of the stack may have had it. */
const smokeSeconds = (before: number, { proof }: Plan): number =>
  proof === undefined ? 0 : Math.max(before, proofSeconds(proof));

const sum = (steps: readonly { readonly seconds: number }[]): number =>
  steps.reduce((all, { seconds }) => all + seconds, 0);

/** From the moment in which the first nodes go to the end of the run: what must not be begun where it does not fit. */
export function secondsFromOutage(forecast: Forecast, plan: Plan): number {
  const steps = expectedSteps(forecast, plan);
  return sum(steps.slice(steps.findIndex(({ step }) => isInOutage(step))));
}

/** The whole run. */
export const secondsInAll = (forecast: Forecast, plan: Plan): number => sum(expectedSteps(forecast, plan));

/** The outages of the plan, the time allowed for migrations included. */
export const outageSecondsOf = (forecast: Forecast, plan: Plan): number =>
  plan.hops.reduce((all, _, index) => all + forecast.hopOutageSeconds + migrationSeconds(plan, index), 0);

/** What the forecast says of a plan. */
export const expectationOf = (forecast: Forecast, plan: Plan): Expectation => ({
  pastRuns: forecast.runs,
  expectedSeconds: secondsInAll(forecast, plan),
  outageSeconds: outageSecondsOf(forecast, plan),
  outageParts: forecast.outageParts,
  allowances: allowances(plan),
  text: describeOutage(forecast, plan),
});

const allowances = (plan: Plan): Expectation["allowances"] =>
  plan.hops.flatMap(({ release }, hop) => {
    const seconds = migrationSeconds(plan, hop);
    return seconds === 0 ? [] : [{ hop, release, seconds }];
  });

/** The outages of the plan in one line, each part by its name and what it is from. */
export function describeOutage(forecast: Forecast, plan: Plan): string {
  const { runs, outageParts, hopOutageSeconds } = forecast;
  const times = plan.hops.length;
  const parts = OUTAGE_PARTS.filter((part) => outageParts[part] > 0).map(
    (part) => `${partLabel(part)} ${duration(outageParts[part])}`,
  );
  const from = runs === 0 ? "assumed: no run of this stack has finished yet" : `from ${plural(runs, "run")}`;
  const allowed = allowances(plan).map(
    ({ release, seconds }) => `, + ${about(seconds)} allowed for ${shortName(release)}'s data migration`,
  );
  const each = times === 1 ? "outage" : `outage in ${times} hops, each`;
  return `about ${about(hopOutageSeconds * times)} of ${each}${parts.length === 0 ? "" : `: ${parts.join(", ")}`} (${from})${allowed.join("")}`;
}
