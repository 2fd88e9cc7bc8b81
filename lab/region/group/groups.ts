import { activityOn, createdCause, updatedCause } from "./activities";
import { AwsError, type GroupInput } from "../api";
import { findGroup, findTargetGroup, findTemplateVersion, membersOf } from "../find";
import { shutDown } from "../instances";
import type { Group, InstanceRefresh, RegionState } from "../model";
import { uuid } from "../random";
import { deregisterTarget, registerTarget } from "../balancing/targets";
import { timestamp } from "../text";

const PROCESSES = [
  "Launch",
  "Terminate",
  "AddToLoadBalancer",
  "AlarmNotification",
  "AZRebalance",
  "HealthCheck",
  "InstanceRefresh",
  "ReplaceUnhealthy",
  "ScheduledActions",
] as const;

export type Process = (typeof PROCESSES)[number];

export function isSuspended(group: Group, process: Process): boolean {
  return group.suspended.some((entry) => entry.process === process);
}

/** The instance refresh of a group that is under way. */
export const activeRefresh = ({ refreshes = [] }: Group): InstanceRefresh | undefined =>
  refreshes.find(({ endedAt }) => endedAt === undefined);

/** Zones of a group's subnets: the simulated subnets lie in zones a and b by turns. */
export function zonesOf(state: RegionState, subnetIds: readonly string[]): string[] {
  return subnetIds.map((_, index) => `${state.region}${index % 2 === 0 ? "a" : "b"}`);
}

export function createGroup(state: RegionState, input: GroupInput): Group {
  if (state.groups.some((group) => group.name === input.name)) {
    throw new AwsError(
      "AlreadyExists",
      `AutoScalingGroup by this name already exists - A group with the name ${input.name} already exists`,
    );
  }
  checkReferences(state, input);
  checkCapacity(input);
  const path = `${uuid(state)}:autoScalingGroupName/${input.name}`;
  const group: Group = {
    name: input.name,
    arn: `arn:aws:autoscaling:${state.region}:${state.accountId}:autoScalingGroup:${path}`,
    createdAt: state.now,
    min: input.min,
    max: input.max,
    desired: input.desired,
    launchTemplateId: input.launchTemplateId,
    launchTemplateVersion: input.launchTemplateVersion,
    subnetIds: [...input.subnetIds],
    zones: [...new Set(zonesOf(state, input.subnetIds))],
    targetGroupArns: [...input.targetGroupArns],
    healthCheckType: input.healthCheckType,
    healthCheckGracePeriod: input.healthCheckGracePeriod,
    suspended: [],
    tags: (input.tags ?? []).map((tag) => ({ ...tag })),
    activities: [],
    lastRequest: createdCause(state, input.desired),
    status: undefined,
  };
  state.groups.push(group);
  return group;
}

/**
 * UpdateAutoScalingGroup. Running instances stay as they are: a new template or version counts for launches to come.
 * Bounds given without a desired capacity move it with them.
 */
export function updateGroup(state: RegionState, name: string, patch: Partial<Omit<GroupInput, "name">>): Group {
  const group = findGroup(state, name);
  const { launchTemplateId, launchTemplateVersion, targetGroupArns, subnetIds, tags } = patch;
  const min = patch.min ?? group.min;
  const max = patch.max ?? group.max;
  const desired = patch.desired ?? Math.min(Math.max(group.desired, min), max);
  checkCapacity({ min, max, desired });
  checkReferences(state, {
    launchTemplateId: launchTemplateId ?? group.launchTemplateId,
    launchTemplateVersion: launchTemplateVersion ?? group.launchTemplateVersion,
    targetGroupArns: targetGroupArns ?? [],
    subnetIds: subnetIds ?? group.subnetIds,
  });

  const before = group.desired;
  Object.assign(group, { min, max, desired });
  if (desired !== before) group.lastRequest = updatedCause(state, group, before);
  group.launchTemplateId = launchTemplateId ?? group.launchTemplateId;
  group.launchTemplateVersion = launchTemplateVersion ?? group.launchTemplateVersion;
  group.healthCheckType = patch.healthCheckType ?? group.healthCheckType;
  group.healthCheckGracePeriod = patch.healthCheckGracePeriod ?? group.healthCheckGracePeriod;
  if (subnetIds) {
    group.subnetIds = [...subnetIds];
    group.zones = [...new Set(zonesOf(state, subnetIds))];
  }
  if (tags) group.tags = tags.map((tag) => ({ ...tag }));
  if (targetGroupArns) attachTargetGroups(state, group, targetGroupArns);
  return group;
}

/** Instances in service are registered with what is new and deregistered from what is gone. */
function attachTargetGroups(state: RegionState, group: Group, arns: readonly string[]): void {
  const inService = membersOf(state, group).filter((instance) => instance.lifecycle === "InService");
  for (const targetGroup of state.targetGroups) {
    const wanted = arns.includes(targetGroup.arn);
    if (wanted === group.targetGroupArns.includes(targetGroup.arn)) continue;
    for (const { id } of inService) {
      if (wanted) registerTarget(state, targetGroup, id);
      else deregisterTarget(state, targetGroup, id);
    }
  }
  group.targetGroupArns = [...arns];
}

function checkCapacity({ min, max, desired }: Pick<GroupInput, "min" | "max" | "desired">): void {
  if (min < 0 || min > max) {
    throw new AwsError("ValidationError", `Max bound, ${max}, must be greater than or equal to min bound, ${min}`);
  }
  if (desired < min || desired > max) {
    throw new AwsError(
      "ValidationError",
      `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
    );
  }
}

function checkReferences(
  state: RegionState,
  input: Pick<GroupInput, "launchTemplateId" | "launchTemplateVersion" | "targetGroupArns" | "subnetIds">,
): void {
  findTemplateVersion(state, input.launchTemplateId, input.launchTemplateVersion);
  for (const arn of input.targetGroupArns) findTargetGroup(state, arn);
  if (input.subnetIds.length === 0) {
    throw new AwsError("ValidationError", "At least one Availability Zone or VPC Subnet is required.");
  }
}

/** Without `force` only an empty group goes; with it the instances are terminated at once, and the group goes with the last. */
export function deleteGroup(state: RegionState, name: string, force: boolean): void {
  const group = findGroup(state, name);
  const members = membersOf(state, group);
  if (members.length > 0 && !force) {
    throw new AwsError(
      "ResourceInUse",
      "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.",
    );
  }
  if (members.length === 0) {
    state.groups.splice(state.groups.indexOf(group), 1);
    return;
  }
  group.status = "Delete in progress";
  Object.assign(group, { min: 0, max: 0, desired: 0 });
  for (const instance of members) {
    for (const targetGroup of state.targetGroups) deregisterTarget(state, targetGroup, instance.id);
    shutDown(state, instance);
    instance.lifecycle = "Terminating";
    instance.deregistersAt = undefined;
    const activity = activityOn(group, instance.id);
    if (activity) activity.status = "InProgress";
  }
}

/** Suspends the named processes, or all of them; a process that is suspended already keeps its reason. */
export function suspendProcesses(state: RegionState, name: string, processes: readonly string[] | undefined): void {
  const group = findGroup(state, name);
  for (const process of checkProcesses(processes)) {
    if (isSuspended(group, process)) continue;
    group.suspended.push({ process, reason: `User suspended at ${timestamp(state.now)}` });
  }
}

export function resumeProcesses(state: RegionState, name: string, processes: readonly string[] | undefined): void {
  const group = findGroup(state, name);
  const resumed: readonly string[] = checkProcesses(processes);
  group.suspended = group.suspended.filter((entry) => !resumed.includes(entry.process));
}

function checkProcesses(names: readonly string[] | undefined): readonly Process[] {
  if (names === undefined || names.length === 0) return PROCESSES;
  return names.map((name) => {
    const process = PROCESSES.find((candidate) => candidate === name);
    if (process) return process;
    throw new AwsError("ValidationError", `Invalid process name ${name}. Valid names are ${PROCESSES.join(", ")}`);
  });
}
