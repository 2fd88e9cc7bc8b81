import type { Deed } from "../deeds";
import type { Instance, RegionState } from "../model";
import { witnessStop } from "../witness";
import { appRuns, enter } from "./phases";
import { InstallError } from "./kind";
import { kindOf, kindToBe } from "./kinds";
import { waitsForWord } from "./word";
import { endMigration, endStart, lockHeldUntil, startApplication } from "./start";

/** The life of a machine's application, from the operating system's start on. */
export function nodeDeeds(state: RegionState): readonly Deed[] {
  return state.instances.flatMap((instance) => {
    const { node } = instance;
    if (instance.state !== "pending" && instance.state !== "running") return [];
    if (node.phaseEndsAt !== undefined) {
      return [{ at: node.phaseEndsAt, act: () => endPhase(state, instance) }];
    }
    if (node.phase === "migrating") {
      return [{ at: lockHeldUntil(state) ?? state.now, act: () => startApplication(state, instance) }];
    }
    if (node.phase === "draining" && !state.jobs.some((job) => job.instanceId === instance.id)) {
      return [{ at: state.now, act: () => enter(state, node, "drained", undefined) }];
    }
    return [];
  });
}

function endPhase(state: RegionState, instance: Instance): void {
  const { node } = instance;
  node.phaseEndsAt = undefined;
  if (node.phase === "booting") install(state, instance);
  else if (node.phase === "installing") endInstallation(state, instance);
  else if (node.phase === "migrating") endMigration(state, instance);
  else if (node.phase === "starting") endStart(state, instance);
  else if (node.phase === "stopping") endStop(state, instance);
  else if (node.phase === "failed") startAgain(state, instance);
}

function install(state: RegionState, instance: Instance): void {
  const { node } = instance;
  const kind = kindToBe(instance);
  const part = waitsForWord(instance) ? 1 - kind.afterWord : 1;
  enter(state, node, "installing", state.now + Math.round(state.timings.install * part));
  try {
    kind.install(state, instance);
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    node.error = error.message;
  }
}

function endInstallation(state: RegionState, instance: Instance): void {
  const { node } = instance;
  if (node.toldAt === undefined) node.error ??= kindOf(instance).bootFailure(state, instance);
  if (node.error !== undefined) enter(state, node, "failed", undefined);
  else if (node.toldAt === undefined && waitsForWord(instance)) enter(state, node, "prepared", undefined);
  else startApplication(state, instance);
}

/** `systemctl start` of the unit with the second half: it runs once, however often it is started. */
export function tell(state: RegionState, instance: Instance): void {
  const { node } = instance;
  if (node.phase !== "prepared") return;
  node.toldAt = state.now;
  const left = Math.round(state.timings.install * kindOf(instance).afterWord);
  if (left === 0) endInstallation(state, instance);
  else enter(state, node, "installing", state.now + left);
}

/** What restarts by itself tries once more. */
function startAgain(state: RegionState, instance: Instance): void {
  instance.node.error = undefined;
  startApplication(state, instance);
}

function endStop(state: RegionState, instance: Instance): void {
  kindOf(instance).stopped(instance);
  instance.node.error = undefined;
  if (instance.node.desired === "started") startApplication(state, instance);
  else enter(state, instance.node, "stopped", undefined);
}

/** `app stop`: it waits for no job. A migration that it cuts off leaves its lock behind. */
export function stopApplication(state: RegionState, instance: Instance): void {
  instance.node.desired = "stopped";
  haltApplication(state, instance);
}

/** `app start`: nothing happens where it runs already. */
export function resumeApplication(state: RegionState, instance: Instance): void {
  const { node } = instance;
  node.desired = "started";
  if (node.phase !== "stopped" && node.phase !== "failed") return;
  if (node.phaseEndsAt !== undefined) return;
  node.error = undefined;
  startApplication(state, instance);
}

export function restartApplication(state: RegionState, instance: Instance): void {
  if (!appRuns(instance)) {
    resumeApplication(state, instance);
    return;
  }
  instance.node.desired = "started";
  haltApplication(state, instance);
}

function haltApplication(state: RegionState, instance: Instance): void {
  // Between two tries there is nothing to stop but the next one.
  if (instance.node.phase === "failed" && instance.node.phaseEndsAt !== undefined) endStop(state, instance);
  if (!appRuns(instance) || instance.node.phase === "stopping") return;
  witnessStop(state, instance);
  state.jobs = state.jobs.filter((job) => job.instanceId !== instance.id);
  enter(state, instance.node, "stopping", state.now + state.timings.stop);
}

/** `node-drain`: it finishes what it has and takes no more. There is no way back but a restart. */
export function drain(state: RegionState, instance: Instance): void {
  if (instance.node.phase === "started") enter(state, instance.node, "draining", undefined);
}
