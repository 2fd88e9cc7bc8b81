import { phaseFinished, phaseTaken } from "./application/runs";
import type { Deed } from "./deeds";
import { inEffect, strike } from "./faultEffects";
import type { Instance, Job, RegionState } from "./model";
import { kindOf } from "./node/kinds";
import { serves } from "./node/phases";
import { integer, serial } from "./random";

/** Waiting runs: users stop asking for more when nothing moves. */
const LONGEST_QUEUE = 30;
const DEFAULT_CONCURRENCY = 10;

/**
 * Runs of TFE. They are asked for through the application, so only while a node serves; they wait in Redis, which outlives every
 * node; nodes that are started and have capacity take them.
 */
export function jobDeeds(state: RegionState): readonly Deed[] {
  const deeds: Deed[] = [{ at: state.nextJobAt, act: () => queueJob(state) }];
  for (const job of state.jobs) {
    if (job.endsAt !== undefined) deeds.push({ at: job.endsAt, act: () => finish(state, job) });
  }
  const waiting = state.jobs.find((job) => job.instanceId === undefined);
  const worker = waiting && !takesNone(state) ? freeWorker(state) : undefined;
  if (waiting && worker) deeds.push({ at: state.now, act: () => take(state, waiting, worker) });
  return deeds;
}

export function jobsOn(state: RegionState, instance: Instance): readonly Job[] {
  return state.jobs.filter((job) => job.instanceId === instance.id);
}

function queueJob(state: RegionState): void {
  state.nextJobAt = state.now + state.timings.jobEvery;
  const waiting = state.jobs.filter((job) => job.instanceId === undefined).length;
  if (waiting >= LONGEST_QUEUE || !state.instances.some(serves)) return;
  state.jobs.push({
    id: `run-${String(serial(state)).padStart(8, "0")}`,
    queuedAt: state.now,
    durationMs: integer(state, ...state.timings.jobDuration),
    instanceId: undefined,
    startedAt: undefined,
    endsAt: undefined,
  });
}

/** The started node with the fewest jobs, where it has room. */
function freeWorker(state: RegionState): Instance | undefined {
  const workers = state.instances
    .filter((instance) => instance.state === "running" && instance.node.phase === "started")
    .map((instance) => ({ instance, load: jobsOn(state, instance).length }))
    .filter(({ instance, load }) => load < concurrency(instance));
  return workers.sort((one, other) => one.load - other.load)[0]?.instance;
}

function concurrency(instance: Instance): number {
  return Number(instance.node.settingsInEffect[kindOf(instance).concurrencySetting] ?? DEFAULT_CONCURRENCY);
}

function take(state: RegionState, job: Job, worker: Instance): void {
  job.instanceId = worker.id;
  job.startedAt = state.now;
  job.endsAt = state.now + job.durationMs;
  phaseTaken(state, job);
}

function finish(state: RegionState, job: Job): void {
  state.jobs.splice(state.jobs.indexOf(job), 1);
  state.verdict.jobsFinished += 1;
  phaseFinished(state, job);
}

/** Whether runs stay where they are: the nodes are healthy, and their workers cannot reach the queue. */
function takesNone(state: RegionState): boolean {
  const [found] = inEffect(state, "runs-pending");
  if (found && found.fault.struck === 0) strike(state, found.fault, "a run found no worker");
  return found !== undefined;
}
