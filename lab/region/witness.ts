import type { Instance, RegionState } from "./model";
import { appRuns, boots } from "./node/phases";
import { isUntold } from "./node/word";
import { releaseWord } from "./releases";
import { timestamp } from "./text";

/**
 * The witness: it sees everything that happens in the region and knows nothing of who caused it.
 * Two releases, or two packagings of one, overlap while both have processes on machines that are not terminated.
 */

/** To be called before the clock moves: time passes in the state as it is. */
export function witnessTime(state: RegionState, until: number): void {
  if (state.witness.overlapSince === undefined) return;
  // In whole milliseconds, so that it adds up to the same however finely the clock moves.
  const milliseconds = Math.round(state.verdict.overlapSeconds * 1000) + (until - state.now);
  state.verdict.overlapSeconds = milliseconds / 1000;
}

/** To be called after anything has changed. */
export function witnessReleases(state: RegionState): void {
  const running = state.instances.filter(appRuns);
  const overlaps = new Set(running.map(applicationOn)).size > 1;
  if (!overlaps) {
    state.witness.overlapSince = undefined;
  } else if (state.witness.overlapSince === undefined) {
    state.witness.overlapSince = state.now;
    const nodes = running.map((instance) => `${applicationOn(instance)} on ${instance.id}`).join(", ");
    report(state, `applications of two releases run at the same time: ${nodes}`);
  }
}

/** One release in two packagings is two applications: each takes the other's queue and locks for its own. */
const applicationOn = ({ node }: Instance): string =>
  `release ${releaseWord(node.release)}${node.image ? " in a container" : ""}`;

export function witnessTermination(state: RegionState, instance: Instance): void {
  // What nobody has told to start has nothing that could be broken off.
  if (boots(instance) && !isUntold(instance)) {
    state.verdict.killedWhileBooting += 1;
    report(state, `${instance.id} was terminated while ${instance.node.phase}`);
  }
  witnessLostJobs(state, instance, "was terminated");
}

/**
 * The application is about to start, and with it whatever it does to database, Redis and bucket. A machine that somebody launched outside
 * of a group may not do that before it was told to.
 */
export function witnessStart(state: RegionState, instance: Instance): void {
  if (!isUntold(instance)) return;
  state.verdict.startedEarly = (state.verdict.startedEarly ?? 0) + 1;
  report(state, `${instance.id}, launched outside of a group, started its application before it was told to`);
}

/** `app stop` or `app restart`, to be called while the application still runs. */
export function witnessStop(state: RegionState, instance: Instance): void {
  if (instance.node.phase === "migrating") report(state, `${instance.id} had its application stopped while migrating`);
  witnessLostJobs(state, instance, "had its application stopped");
}

function witnessLostJobs(state: RegionState, instance: Instance, what: string): void {
  const lost = state.jobs.filter((job) => job.instanceId === instance.id).length;
  if (lost === 0) return;
  state.verdict.lostJobs += lost;
  report(state, `${instance.id} ${what} with ${lost} ${lost === 1 ? "job" : "jobs"} running`);
}

/** One lab second at the load balancer. */
export function witnessTraffic(state: RegionState, answered: boolean): void {
  if (answered) state.witness.answered = true;
  else if (state.witness.answered) {
    state.verdict.unansweredSeconds += 1;
    state.witness.unansweredAt = state.now;
  }
}

export function report(state: RegionState, what: string): void {
  state.verdict.violations.push(`At ${timestamp(state.now)} ${what}.`);
}
