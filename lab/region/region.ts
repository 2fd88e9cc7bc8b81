import type { RegionApi } from "./api";
import { type Mechanism, nextDeed } from "./deeds";
import { answerApi } from "./application/api";
import { DEFAULTS, newRegionState } from "./defaults";
import { findInstance } from "./find";
import { groupHealthDeeds } from "./group/groupHealth";
import { createGroup, deleteGroup, resumeProcesses, suspendProcesses, updateGroup } from "./group/groups";
import { instanceDeeds, shutDown } from "./instances";
import { jobDeeds } from "./jobs";
import { createLaunchTemplate, createLaunchTemplateVersion, deleteLaunchTemplate } from "./launchTemplates";
import {
  createListener,
  createLoadBalancer,
  deleteListener,
  deleteLoadBalancer,
  updateListener,
} from "./balancing/loadBalancers";
import type { Exec, RegionState, Timings } from "./model";
import { answer } from "./node/answer";
import { beginExec, execDeeds } from "./node/execs";
import { nodeDeeds } from "./node/life";
import { refreshDeeds } from "./group/refresh";
import { scalingDeeds, terminateInGroup } from "./group/scaling";
import { attachInstances, checkLaunch, runInstance } from "./outside";
import { createDbClusterSnapshot, createDbSnapshot } from "./snapshots";
import { cancelCommand, sendCommand, ssmDeeds } from "./ssm";
import { createTargetGroup, deleteTargetGroup, route, updateTargetGroup } from "./balancing/targetGroups";
import { targetDeeds } from "./balancing/targets";
import { witnessReleases, witnessTime, witnessTraffic } from "./witness";

/** Of deeds due at the same time the first named goes first. */
const MECHANISMS: readonly Mechanism[] = [
  instanceDeeds,
  nodeDeeds,
  targetDeeds,
  groupHealthDeeds,
  scalingDeeds,
  refreshDeeds,
  jobDeeds,
  execDeeds,
  ssmDeeds,
];

/** More deeds than this at one moment mean that they call for each other without end. */
const DEEDS_AT_ONCE = 10_000;

type Ended = NonNullable<Exec["result"]>;

export interface RegionOptions {
  /** The region as it was written down, to continue from. Default: a new one, with what `defaults.ts` says. */
  readonly state?: RegionState;
  readonly seed?: number;
  readonly timings?: Partial<Timings>;
  readonly now?: number;
  /** What makes things go wrong. It acts before everything else that is due at the same time. Default: nothing does. */
  readonly faults?: Mechanism;
}

/** The simulated region. */
export function createRegion(options: RegionOptions = {}): RegionApi {
  const mechanisms = options.faults ? [options.faults, ...MECHANISMS] : MECHANISMS;
  const state =
    options.state ??
    newRegionState({ seed: options.seed ?? 1, now: options.now ?? DEFAULTS.now, timings: options.timings ?? {} });
  Object.assign(state.timings, options.timings);
  const waiting = new Map<Exec, ((result: Ended) => void)[]>();

  function settle(): void {
    for (const [exec, resolvers] of waiting) {
      if (!exec.result) continue;
      waiting.delete(exec);
      for (const resolve of resolvers) resolve(exec.result);
    }
  }

  function moveTo(time: number): void {
    if (time <= state.now) return;
    witnessTime(state, time);
    state.now = time;
  }

  function advance(now: number): void {
    let atOnce = 0;
    witnessReleases(state);
    for (let deed = nextDeed(state, mechanisms); deed && deed.at <= Math.max(now, state.now);) {
      atOnce = deed.at > state.now ? 0 : atOnce + 1;
      if (atOnce > DEEDS_AT_ONCE) throw new Error(`The region does not come to rest at ${state.now}.`);
      moveTo(deed.at);
      deed.act();
      witnessReleases(state);
      deed = nextDeed(state, mechanisms);
    }
    moveTo(now);
    settle();
  }

  return {
    state,
    advance,
    nextDue: () => nextDeed(state, mechanisms)?.at,
    createLaunchTemplate: (input) => createLaunchTemplate(state, input),
    createLaunchTemplateVersion: (id, version) => createLaunchTemplateVersion(state, id, version),
    deleteLaunchTemplate: (id) => deleteLaunchTemplate(state, id),
    createGroup: (input) => createGroup(state, input),
    updateGroup: (name, patch) => updateGroup(state, name, patch),
    deleteGroup: (name, force) => deleteGroup(state, name, force),
    suspendProcesses: (name, processes) => suspendProcesses(state, name, processes),
    resumeProcesses: (name, processes) => resumeProcesses(state, name, processes),
    terminateInstances: (ids) => {
      const instances = ids.map((id) => findInstance(state, id));
      for (const instance of instances) shutDown(state, instance);
      return instances;
    },
    runInstance: (request, dryRun) => (dryRun ? void checkLaunch(state, request) : runInstance(state, request)),
    attachInstances: (name, ids) => attachInstances(state, name, ids),
    terminateInGroup: (id, decrement) => terminateInGroup(state, id, decrement),
    createTargetGroup: (input) => createTargetGroup(state, input),
    updateTargetGroup: (arn, patch) => updateTargetGroup(state, arn, patch),
    deleteTargetGroup: (arn) => deleteTargetGroup(state, arn),
    createLoadBalancer: (input) => createLoadBalancer(state, input),
    deleteLoadBalancer: (arn) => deleteLoadBalancer(state, arn),
    createListener: (input) => createListener(state, input),
    updateListener: (arn, patch) => updateListener(state, arn, patch),
    deleteListener: (arn) => deleteListener(state, arn),
    sendCommand: (input) => sendCommand(state, input),
    cancelCommand: (id) => {
      cancelCommand(state, id);
      settle();
    },
    exec: (instanceId, command) => beginExec(state, instanceId, command),
    whenEnded: (exec) =>
      new Promise((resolve) => {
        waiting.set(exec, [...(waiting.get(exec) ?? []), resolve]);
        settle();
      }),
    createDbSnapshot: (input) => createDbSnapshot(state, input),
    createDbClusterSnapshot: (input) => createDbClusterSnapshot(state, input),
    route: (arn) => route(state, arn),
    answer: (instanceId, path, headers = {}) => {
      const instance = state.instances.find((candidate) => candidate.id === instanceId);
      return instance && answer(state, instance, { path, ...headers });
    },
    request: (instanceId, request) => {
      const instance = state.instances.find((candidate) => candidate.id === instanceId);
      return instance && answerApi(state, instance, request);
    },
    observeTraffic: (answered) => witnessTraffic(state, answered),
    verdict: () => structuredClone(state.verdict),
  };
}
