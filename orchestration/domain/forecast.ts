import type { RunState } from "./journal";
import { partLabel } from "./text/labels";
import { measureOutage, OUTAGE_PARTS } from "./outage";
import type { Plan } from "./plan";
import { proofSeconds } from "./proof/plan";
import type { Expectation, OutageParts } from "./start/expectation";
import { type Forecast, NO_HISTORY, PLAIN_PARTS, type PlainPart, UNMEASURED } from "./start/figures";
import { releaseFacts, shortName } from "./release";
import { endsOutage, isStep, stepFacts, isInOutage, layOut, STEP_IDS, type LaidOut, type StepId } from "./steps";
import { about, duration, plural } from "./text/words";

export { type Forecast, NO_HISTORY };

const MINUTE = 60;

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
  const perHop = (seconds: (run: RunState) => number): number => upperPerHop(straight, seconds);
  const ofStep = (id: StepId): number =>
    (stepFacts(id).scope === "hop" ? perHop : upper)(({ stepSeconds }) => stepSeconds[id] ?? 0);
  const inOutage = ({ stepSeconds }: RunState): number =>
    STEP_IDS.filter(isInOutage).reduce((all, id) => all + (stepSeconds[id] ?? 0), 0);
  const outageParts = partsFrom(straight);
  return {
    runs: straight.length,
    stepSeconds: {
      ...(Object.fromEntries(STEP_IDS.map((id) => [id, ofStep(id)])) as Record<StepId, number>),
      prepare: 0,
    },
    outageParts,
    prepared: preparedFrom(straight),
    // Runs of before the probe measured no outage: then the steps say how long it may have been.
    hopOutageSeconds: PLAIN_PARTS.reduce((all, part) => all + outageParts[part], 0) || perHop(inOutage),
    hopBuildSeconds: perHop((run) => measureOutage(run).nodeBuildSeconds),
  };
}

/** A run in which zero meant stopped says nothing of how long it takes until old nodes are terminated. */
function partsFrom(straight: readonly RunState[]): Forecast["outageParts"] {
  const terminating = straight.filter(({ plan }) => plan?.zeroMeans === undefined);
  const ofPart = (part: PlainPart): number => {
    if (!isUntilTerminated(part)) return upperPerHop(straight, (run) => plainParts(run)[part]);
    return terminating.length === 0 ? UNMEASURED[part] : upperPerHop(terminating, (run) => plainParts(run)[part]);
  };
  return Object.fromEntries(PLAIN_PARTS.map((part) => [part, ofPart(part)])) as Forecast["outageParts"];
}

const isUntilTerminated = (part: PlainPart): boolean => part === "deregistration" || part === "termination";

/** The upper quantile of a figure of each run, for one of its hops. */
const upperPerHop = (runs: readonly RunState[], seconds: (run: RunState) => number): number =>
  quantile(runs.map((run) => seconds(run) / Math.max(1, Object.keys(run.hops).length)));

/** The parts of a run's outages as they would be if its nodes had been built in them. */
function plainParts(run: RunState): Readonly<Record<PlainPart, number>> {
  const { parts, preparedSeconds } = measureOutage(run);
  const { start = 0, ...rest } = parts;
  return { ...rest, build: rest.build + start + preparedSeconds };
}

function preparedFrom(straight: readonly RunState[]): Forecast["prepared"] {
  const prepared = straight.filter((run) => measureOutage(run).preparedSeconds > 0);
  if (prepared.length === 0) return NO_HISTORY.prepared;
  const upper = (seconds: (run: RunState) => number): number => upperPerHop(prepared, seconds);
  return {
    runs: prepared.length,
    prepareSeconds: upper(({ stepSeconds }) => stepSeconds.prepare ?? 0),
    startSeconds: upper((run) => measureOutage(run).parts.start ?? 0),
  };
}

/** Whether the nodes of the plan are prepared. */
const prepares = ({ prewarm = 0 }: Plan): boolean => prewarm > 0;

/** Which of the two figures: the one to expect, or the one that a window has to have room for. They differ in what was not measured. */
type Figure = "likely" | "most";

/** The parts of one hop's outage of this plan. */
function partsOf({ runs, outageParts, prepared }: Forecast, plan: Plan, figure: Figure): OutageParts {
  const { start: unmeasured, stop, ...unmeasuredParts } = UNMEASURED;
  const usual = figure === "likely" && runs === 0 ? unmeasuredParts : outageParts;
  const parts = plan.zeroMeans === undefined ? usual : { ...usual, deregistration: 0, termination: stop };
  if (!prepares(plan)) return parts;
  const start = figure === "likely" && prepared.runs === 0 ? unmeasured : prepared.startSeconds;
  return { ...parts, build: 0, start: Math.min(start, parts.build) };
}

const partsTogether = (parts: OutageParts): number => OUTAGE_PARTS.reduce((all, part) => all + (parts[part] ?? 0), 0);

/** How much shorter one hop's outage is in this plan than in the other one. */
const savedSeconds = (forecast: Forecast, plan: Plan, than: Plan, figure: Figure): number =>
  partsTogether(partsOf(forecast, than, figure)) - partsTogether(partsOf(forecast, plan, figure));

const unprepared = (plan: Plan): Plan => ({ ...plan, prewarm: 0 });

/** The same plan with nothing that makes its outages shorter. */
const plainly = ({ schema, stack, from, hops, nodeCount }: Plan): Plan => ({ schema, stack, from, hops, nodeCount });

function hopOutage(forecast: Forecast, plan: Plan, figure: Figure): number {
  if (figure === "likely" && forecast.runs === 0) return partsTogether(partsOf(forecast, plan, figure));
  return Math.max(0, forecast.hopOutageSeconds - savedSeconds(forecast, plan, plainly(plan), figure));
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
  { stepSeconds, prepared }: Forecast,
  plan: Plan,
): readonly (LaidOut & { readonly seconds: number })[] {
  return layOut(plan.hops.length).map((each) => {
    const allowance = endsOutage(each.step) ? migrationSeconds(plan, each.hop) : 0;
    if (each.step === "smoke") return { ...each, seconds: smokeSeconds(stepSeconds.smoke, plan) };
    const preparation = isStep(each.step, "prepare") && prepares(plan) ? prepared.prepareSeconds : 0;
    return { ...each, seconds: stepSeconds[each.step] + allowance + preparation };
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

/** The outages of the plan at most: what is allowed for migrations, and for what was not measured, included. */
export const outageSecondsOf = (forecast: Forecast, plan: Plan): number =>
  plan.hops.reduce((all, _, index) => all + hopOutage(forecast, plan, "most") + migrationSeconds(plan, index), 0);

/** The outages of the plan as they are to be expected, without what is only allowed for. */
export const likelyOutageSecondsOf = (forecast: Forecast, plan: Plan): number =>
  plan.hops.length * hopOutage(forecast, plan, "likely");

/** `about 7 min`, and how much longer it may take where it may. */
export const outageFigure = (likelySeconds: number, mostSeconds: number): string =>
  about(likelySeconds) === about(mostSeconds)
    ? `about ${about(mostSeconds)}`
    : `about ${about(likelySeconds)}, up to ${about(mostSeconds)}`;

/** What the forecast says of a plan. */
export const expectationOf = (forecast: Forecast, plan: Plan): Expectation => ({
  pastRuns: forecast.runs,
  expectedSeconds: secondsInAll(forecast, plan),
  likelyOutageSeconds: likelyOutageSecondsOf(forecast, plan),
  outageSeconds: outageSecondsOf(forecast, plan),
  outageParts: partsOf(forecast, plan, "likely"),
  allowances: allowances(plan),
  text: describeOutage(forecast, plan),
});

const allowances = (plan: Plan): Expectation["allowances"] =>
  plan.hops.flatMap(({ release }, hop) => {
    const seconds = migrationSeconds(plan, hop);
    return seconds === 0 ? [] : [{ hop, release, seconds }];
  });

/** What preparation saves, and what it costs. */
function saving(forecast: Forecast, plan: Plan): string {
  const { prewarm = 0 } = plan;
  if (!prepares(plan)) return "";
  const { prepared, stepSeconds } = forecast;
  // From its launch to the moment when it would have been launched otherwise.
  const paid = (prepared.prepareSeconds + stepSeconds.drain + stepSeconds.backup) * plan.hops.length * prewarm;
  const whence = prepared.runs === 0 ? ", assumed" : "";
  return `; preparing ${plural(prewarm, "node")} saves about ${about(savedSeconds(forecast, plan, unprepared(plan), "likely"))} of each outage, and costs about ${about(paid)} of instances${whence}`;
}

/** The outages of the plan in one line, each part by its name and what it is from. */
export function describeOutage(forecast: Forecast, plan: Plan): string {
  const { runs } = forecast;
  const outageParts = partsOf(forecast, plan, "likely");
  const times = plan.hops.length;
  const parts = OUTAGE_PARTS.map((part) => [part, outageParts[part] ?? 0] as const)
    .filter(([, seconds]) => seconds > 0)
    .map(([part, seconds]) => `${partLabel(part)} ${duration(seconds)}`);
  const most = hopOutage(forecast, plan, "most") * times;
  const from =
    runs === 0
      ? `not measured: no run of this stack has finished yet, so up to ${about(most)} is allowed for it`
      : `from ${plural(runs, "run")}`;
  const allowed = allowances(plan).map(
    ({ release, seconds }) => `, + up to ${about(seconds)} allowed for ${shortName(release)}'s data migration`,
  );
  const each = times === 1 ? "outage" : `outage in ${times} hops, each`;
  return `about ${about(likelyOutageSecondsOf(forecast, plan))} of ${each}${parts.length === 0 ? "" : `: ${parts.join(", ")}`} (${from})${saving(forecast, plan)}${allowed.join("")}`;
}
