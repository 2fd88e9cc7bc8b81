import type { Deed } from "../deeds";
import type { Instance, RegionState, Target, TargetGroup } from "../model";
import { answer } from "../node/answer";
import { osIsUp } from "../node/phases";

/** The first check of a new target follows its registration closely. */
const FIRST_CHECK_AFTER = 1000;

export function registerTarget(state: RegionState, group: TargetGroup, instanceId: string): void {
  const known = group.targets.find((target) => target.instanceId === instanceId);
  if (known && known.state !== "draining") return;
  if (known) group.targets.splice(group.targets.indexOf(known), 1);
  const inUse = isInUse(state, group);
  group.targets.push({
    instanceId,
    registeredAt: state.now,
    state: inUse ? "initial" : "unused",
    reason: inUse ? "Elb.RegistrationInProgress" : "Target.NotInUse",
    successes: 0,
    failures: 0,
    nextCheckAt: state.now + FIRST_CHECK_AFTER,
    drainingUntil: undefined,
    everFailed: false,
  });
}

/** New requests stop at once; the target stays, draining, for the delay. Gives the end of it; undefined: it was not registered. */
export function deregisterTarget(state: RegionState, group: TargetGroup, instanceId: string): number | undefined {
  const target = group.targets.find((candidate) => candidate.instanceId === instanceId);
  if (!target) return undefined;
  if (target.drainingUntil === undefined) {
    target.state = "draining";
    target.reason = "Target.DeregistrationInProgress";
    target.drainingUntil = state.now + group.deregistrationDelay * 1000;
  }
  return target.drainingUntil;
}

function isInUse(state: RegionState, group: TargetGroup): boolean {
  return state.listeners.some((listener) => listener.targetGroupArn === group.arn);
}

export function targetDeeds(state: RegionState): readonly Deed[] {
  return state.targetGroups.flatMap((group) => {
    const inUse = isInUse(state, group);
    return group.targets.flatMap((target) => nextOf(state, group, target, inUse));
  });
}

function nextOf(state: RegionState, group: TargetGroup, target: Target, inUse: boolean): Deed[] {
  const remove = () => void group.targets.splice(group.targets.indexOf(target), 1);
  const instance = state.instances.find((candidate) => candidate.id === target.instanceId);
  if (!instance || instance.state === "terminated") return [{ at: state.now, act: remove }];
  if (target.drainingUntil !== undefined) return [{ at: target.drainingUntil, act: remove }];
  if (instance.state !== "running" || !inUse) {
    const reason = inUse ? "Target.InvalidState" : "Target.NotInUse";
    return target.reason === reason ? [] : [{ at: state.now, act: () => setAside(target, reason) }];
  }
  if (target.state === "unused") return [{ at: state.now, act: () => takeUp(state, target) }];
  return [{ at: target.nextCheckAt, act: () => check(state, group, target, instance) }];
}

function setAside(target: Target, reason: string): void {
  target.state = "unused";
  target.reason = reason;
}

function takeUp(state: RegionState, target: Target): void {
  target.state = "initial";
  target.reason = "Elb.InitialHealthChecking";
  target.successes = 0;
  target.failures = 0;
  target.everFailed = false;
  target.nextCheckAt = state.now + FIRST_CHECK_AFTER;
}

/**
 * One health check. A target that never failed is healthy with its first success; one that has failed pays the healthy threshold.
 * One that has been healthy is unhealthy after the unhealthy threshold; a new one with its first failure.
 */
function check(state: RegionState, group: TargetGroup, target: Target, instance: Instance): void {
  const { healthCheck } = group;
  target.nextCheckAt = state.now + healthCheck.intervalSeconds * 1000;
  const problem = problemOf(state, group, instance);
  if (problem === undefined) {
    target.failures = 0;
    target.successes += 1;
    if (target.state !== "healthy" && (!target.everFailed || target.successes >= healthCheck.healthyThreshold)) {
      target.state = "healthy";
    }
    if (target.state === "healthy") target.reason = undefined;
    return;
  }
  target.successes = 0;
  target.failures += 1;
  if (target.state === "healthy" && target.failures < healthCheck.unhealthyThreshold) return;
  target.everFailed = true;
  target.state = "unhealthy";
  target.reason = problem;
}

/** Why the check fails, as a TargetHealth.Reason; undefined: it passes. */
function problemOf(state: RegionState, group: TargetGroup, instance: Instance): string | undefined {
  if (!osIsUp(instance)) return "Target.Timeout";
  const { protocol, path, matcher } = group.healthCheck;
  // A load balancer asks by address.
  const reply = answer(state, instance, { path, host: instance.privateIp });
  if (!reply) return "Target.FailedHealthChecks";
  if (protocol === "TCP" || matches(matcher, reply.status)) return undefined;
  return "Target.ResponseCodeMismatch";
}

/** Whether a status is within a matcher such as `200`, `200,302` or `200-399`. */
function matches(matcher: string, status: number): boolean {
  return matcher.split(",").some((range) => {
    const [from, to] = range.split("-").map(Number);
    return from !== undefined && status >= from && status <= (to ?? from);
  });
}
