import type { RunState } from "./journal";
import { measureOutage } from "./outage";
import type { Plan } from "./plan";
import { releaseFacts } from "./release";

/** How long a run is expected to take, in seconds; `hop` where it comes once for each repave on the way. */
export interface Forecast {
  /** Finished runs that this is from; 0: none, and the figures are assumptions. */
  readonly runs: number;
  /** From the first check to the first drain, backups included. */
  readonly beforeSeconds: number;
  readonly hopDrainSeconds: number;
  readonly hopOutageSeconds: number;
  readonly hopBuildSeconds: number;
  /** From the first healthy node to the end: the other nodes, and the last look. */
  readonly afterSeconds: number;
}

const MINUTE = 60;

/** What is assumed of a stack whose runs are not known. */
export const NO_HISTORY: Forecast = {
  runs: 0,
  beforeSeconds: 10 * MINUTE,
  hopDrainSeconds: 60 * MINUTE,
  hopOutageSeconds: 45 * MINUTE,
  hopBuildSeconds: 30 * MINUTE,
  afterSeconds: 45 * MINUTE,
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
  return {
    runs: straight.length,
    beforeSeconds: upper((run) => steps(run, "preflight", "claim", "fence", "stage", "proveBoot", "backup")),
    hopDrainSeconds: perHop((run) => steps(run, "drain")),
    // The steps last longer than the outage: deregistration comes before it, and the gate looks on after it.
    hopOutageSeconds: perHop((run) =>
      Math.max(measureOutage(run).outageSeconds, steps(run, "scaleToZero", "scaleToOne", "gate")),
    ),
    hopBuildSeconds: perHop((run) => measureOutage(run).nodeBuildSeconds),
    afterSeconds: upper((run) => steps(run, "scaleOut", "verify")),
  };
}

const steps = ({ stepSeconds }: RunState, ...ids: readonly string[]): number =>
  ids.reduce((sum, id) => sum + (stepSeconds[id] ?? 0), 0);

/** The smallest of the values that is not below nine of ten of them. */
function quantile(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.ceil(sorted[Math.ceil(QUANTILE * sorted.length) - 1] ?? 0);
}

/**
 * What the release table allows for the migrations on the way. How long one takes depends on the data, and runs to other releases
 * say nothing of it.
 */
const migrationSeconds = ({ from, hops }: Plan): number =>
  hops
    .filter(({ release }, index) => release !== (hops[index - 1] ?? from).release)
    .reduce((sum, { release }) => sum + (releaseFacts(release)?.migrationMinutes ?? 0) * MINUTE, 0);

/** From the moment in which the first nodes go to the end of the run: what must not be begun where it does not fit. */
export function secondsFromOutage(forecast: Forecast, plan: Plan): number {
  const { hopOutageSeconds, hopDrainSeconds, afterSeconds } = forecast;
  const hops = plan.hops.length;
  return hops * hopOutageSeconds + (hops - 1) * hopDrainSeconds + migrationSeconds(plan) + afterSeconds;
}

/** The whole run. */
export const secondsInAll = (forecast: Forecast, plan: Plan): number =>
  forecast.beforeSeconds + forecast.hopDrainSeconds + secondsFromOutage(forecast, plan);
