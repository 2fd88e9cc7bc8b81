import type { Deed } from "../deeds";
import { membersOf } from "../find";
import { isSuspended } from "./groups";
import type { Group, Instance, RegionState } from "../model";

/**
 * The HealthCheck process: marks instances Unhealthy, which they stay. EC2's own check counts always, the load balancer's
 * (type ELB: a target that is unhealthy, or none) only after the grace period, which starts when the instance enters service.
 */
export function groupHealthDeeds(state: RegionState): readonly Deed[] {
  return state.groups.flatMap((group) => {
    if (isSuspended(group, "HealthCheck")) return [];
    return membersOf(state, group).flatMap((instance) => {
      if (instance.lifecycle !== "InService" || instance.asgHealth === "Unhealthy") return [];
      const at = unhealthyAt(state, group, instance);
      return at === undefined ? [] : [{ at, act: () => void (instance.asgHealth = "Unhealthy") }];
    });
  });
}

function unhealthyAt(state: RegionState, group: Group, instance: Instance): number | undefined {
  if (instance.state !== "running") return state.now;
  if (group.healthCheckType !== "ELB") return undefined;
  const unhealthy = state.targetGroups.some(({ arn, targets }) => {
    if (!group.targetGroupArns.includes(arn)) return false;
    const target = targets.find(({ instanceId }) => instanceId === instance.id);
    // Deregistered, it does not pass the load balancer's check either.
    return target === undefined || target.state === "unhealthy" || target.state === "draining";
  });
  return unhealthy ? (instance.inServiceAt ?? state.now) + group.healthCheckGracePeriod * 1000 : undefined;
}
