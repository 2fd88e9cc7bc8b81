import { activityOn, cause, endActivity, startActivity } from "./activities";
import { AwsError } from "../api";
import type { Deed } from "../deeds";
import { inEffect, refusesLaunch } from "../faultEffects";
import { findTemplateVersion, membersOf } from "../find";
import { activeRefresh, isSuspended, zonesOf } from "./groups";
import { launchInstance, type Placement, shutDown } from "../instances";
import type { Group, Instance, RegionState } from "../model";
import { atTransition } from "./hooks";
import { scaleIn, scalesInAt } from "./scaleIn";
import { deregisterTarget, registerTarget } from "../balancing/targets";

/** A launch that failed is tried again after this time. */
const RETRY_LAUNCH_AFTER = 60_000;

/** What each group does about its instances: it takes them in, lets them go, replaces them and strives for its capacity. */
export function scalingDeeds(state: RegionState): readonly Deed[] {
  return state.groups.flatMap((group) => {
    const members = membersOf(state, group);
    return [
      ...members.flatMap((instance) => lifecycleDeeds(state, group, instance)),
      ...replacementDeeds(state, group, members),
      ...capacityDeeds(state, group, members),
      ...(group.status && members.length === 0 ? [{ at: state.now, act: () => removeGroup(state, group) }] : []),
    ];
  });
}

function removeGroup(state: RegionState, group: Group): void {
  state.groups.splice(state.groups.indexOf(group), 1);
}

function lifecycleDeeds(state: RegionState, group: Group, instance: Instance): Deed[] {
  const now = state.now;
  if (isPending(instance)) {
    if (instance.state === "pending") return [];
    if (instance.state !== "running") return [{ at: now, act: () => abandonLaunch(state, group, instance) }];
    const proceed = () => enterService(state, group, instance);
    const abandon = () => giveUp(state, group, instance);
    return [atTransition(state, group, instance, "autoscaling:EC2_INSTANCE_LAUNCHING", { proceed, abandon })];
  }
  if (!isTerminating(instance)) return [];
  if (instance.state === "terminated") return [{ at: now, act: () => leave(state, group, instance) }];
  if (instance.deregistersAt === undefined) return [];
  // Deregistration and its delay come first, then the hook, then the termination.
  const proceed = () => terminate(state, group, instance);
  const then = { proceed, abandon: proceed };
  const transition = "autoscaling:EC2_INSTANCE_TERMINATING";
  return [atTransition(state, group, instance, transition, then, instance.deregistersAt)];
}

function enterService(state: RegionState, group: Group, instance: Instance): void {
  instance.lifecycle = "InService";
  instance.inServiceAt = state.now;
  if (group.rules?.protectsNew) instance.protectedFromScaleIn = true;
  endActivity(state, activityOn(group, instance.id), "Successful");
  // An instance launched while AddToLoadBalancer is suspended is never added later.
  if (isSuspended(group, "AddToLoadBalancer")) return;
  for (const targetGroup of state.targetGroups) {
    if (group.targetGroupArns.includes(targetGroup.arn)) registerTarget(state, targetGroup, instance.id);
  }
}

/** Nobody answered the hook of a launch that is to be abandoned then. */
function giveUp(state: RegionState, group: Group, instance: Instance): void {
  abandonLaunch(state, group, instance);
  shutDown(state, instance);
}

/** Somebody terminated it before it was in service. */
function abandonLaunch(state: RegionState, group: Group, instance: Instance): void {
  endActivity(state, activityOn(group, instance.id), "Failed");
  instance.lifecycle = "Terminating";
  instance.asgHealth = "Unhealthy";
}

/** Connection draining is over. */
function terminate(state: RegionState, group: Group, instance: Instance): void {
  instance.deregistersAt = undefined;
  if (instance.lifecycle === "Terminating:Wait") instance.lifecycle = "Terminating:Proceed";
  const activity = activityOn(group, instance.id);
  if (activity) {
    activity.status = "InProgress";
    activity.progress = 60;
  }
  shutDown(state, instance);
}

function leave(state: RegionState, group: Group, instance: Instance): void {
  instance.lifecycle = undefined;
  endActivity(state, activityOn(group, instance.id), "Successful");
}

function replacementDeeds(state: RegionState, group: Group, members: readonly Instance[]): Deed[] {
  if (isSuspended(group, "ReplaceUnhealthy") || isSuspended(group, "Terminate")) return [];
  const inService = members.filter(({ lifecycle }) => lifecycle === "InService");
  const isLate = inEffect(state, "replacement-late").length > 0;
  const lifetime = group.rules?.maxInstanceLifetime;
  const tooOld = lifetime === undefined ? [] : inService.filter(({ asgHealth }) => asgHealth === "Healthy");
  return [
    ...inService
      .filter(({ asgHealth }) => asgHealth === "Unhealthy" && !isLate)
      .map((instance) => ({
        at: state.now,
        act: () => takeOut(state, group, instance, replacementCause(state, instance)),
      })),
    ...tooOld.map((instance) => ({
      at: instance.launchedAt + (lifetime ?? 0) * 1000,
      act: () =>
        takeOut(state, group, instance, cause(state, undefined, "an instance reached its maximum instance lifetime")),
    })),
  ];
}

function replacementCause(state: RegionState, instance: Instance): string {
  const why =
    instance.state === "running"
      ? "an ELB system health check failure"
      : "an EC2 health check indicating it has been terminated or stopped";
  return cause(state, undefined, `an instance was taken out of service in response to ${why}`);
}

export const isPending = ({ lifecycle }: Instance): boolean => lifecycle?.startsWith("Pending") === true;
export const isTerminating = ({ lifecycle }: Instance): boolean => lifecycle?.startsWith("Terminating") === true;

/** Takes an instance out of service: deregistration first, then, after the delay, termination. */
export function takeOut(state: RegionState, group: Group, instance: Instance, why: string): void {
  endActivity(state, activityOn(group, instance.id), "Cancelled");
  const activity = startActivity(state, group, `Terminating EC2 instance: ${instance.id}`, why);
  instance.lifecycle = "Terminating";
  const drained = state.targetGroups
    .filter((targetGroup) => group.targetGroupArns.includes(targetGroup.arn))
    .map((targetGroup) => deregisterTarget(state, targetGroup, instance.id));
  if (instance.state !== "running" && instance.state !== "pending") return;
  instance.deregistersAt = Math.max(state.now, ...drained.map((at) => at ?? state.now));
  if (instance.deregistersAt > state.now) activity.status = "WaitingForELBConnectionDraining";
}

/** TerminateInstanceInAutoScalingGroup: works whatever is suspended, since it is the user who asks. */
export function terminateInGroup(state: RegionState, id: string, decrement: boolean): Instance {
  const instance = state.instances.find((i) => i.id === id && i.lifecycle !== undefined);
  const group = instance && state.groups.find((g) => g.name === instance.groupName);
  if (!instance || !group) {
    throw new AwsError("ValidationError", `Instance Id not found - No managed instance found for instance ID: ${id}`);
  }
  if (decrement) {
    if (group.desired - 1 < group.min) {
      throw new AwsError(
        "ValidationError",
        "Currently, desiredSize equals minSize. Terminating instance without replacement will violate group's min size constraint.",
      );
    }
    group.desired -= 1;
  }
  if (!isTerminating(instance)) {
    takeOut(
      state,
      group,
      instance,
      cause(state, undefined, "an instance was taken out of service in response to a user request"),
    );
  }
  return instance;
}

function capacityDeeds(state: RegionState, group: Group, members: readonly Instance[]): Deed[] {
  // One that stands aside is counted no more.
  const active = members.filter((instance) => !isTerminating(instance) && instance.lifecycle !== "Standby");
  const missing = group.desired - active.length;
  if (missing > 0 && !isSuspended(group, "Launch")) {
    const last = group.activities.at(-1);
    const at = last?.status === "Failed" && last.endedAt !== undefined ? last.endedAt + RETRY_LAUNCH_AFTER : state.now;
    return [{ at, act: () => scaleOut(state, group, members, active) }];
  }
  if (missing < 0 && !group.status && !isSuspended(group, "Terminate")) {
    return [{ at: scalesInAt(state, group, active), act: () => scaleIn(state, group, active, takeOut) }];
  }
  return [];
}

function scaleOut(state: RegionState, group: Group, members: readonly Instance[], active: readonly Instance[]): void {
  const replaces = members.some((instance) => isTerminating(instance) && instance.asgHealth === "Unhealthy");
  const why = replaces
    ? cause(state, undefined, "an instance was launched in response to an unhealthy instance needing to be replaced")
    : cause(
        state,
        group,
        `an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${active.length} to ${group.desired}`,
      );
  const launched = [...active];
  while (launched.length < group.desired) {
    const instance = launch(state, group, placementFor(state, group, launched), why);
    if (!instance) return;
    launched.push(instance);
  }
}

function launch(state: RegionState, group: Group, placement: Placement, why: string): Instance | undefined {
  try {
    const [override] = group.rules?.overrides ?? [];
    const source = activeRefresh(group) ?? group;
    const templateId = override?.launchTemplateId ?? source.launchTemplateId;
    const found = findTemplateVersion(state, templateId, override?.version ?? source.launchTemplateVersion);
    const version = override ? { ...found, instanceType: override.instanceType } : found;
    if (!state.images.some((image) => image.id === version.imageId)) {
      throw new AwsError("InvalidAMIID.NotFound", `The image id '[${version.imageId}]' does not exist`);
    }
    if (refusesLaunch(state, version.instanceType)) {
      const where = `in the Availability Zone you requested (${placement.zone})`;
      throw new AwsError(
        "InsufficientInstanceCapacity",
        `We currently do not have sufficient ${version.instanceType} capacity ${where}`,
        500,
      );
    }
    const instance = launchInstance(state, group, { templateId, version }, placement);
    startActivity(state, group, `Launching a new EC2 instance: ${instance.id}`, why);
    return instance;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const description = `Launching a new EC2 instance.  Status Reason: ${error.message}. Launching EC2 instance failed.`;
    endActivity(state, startActivity(state, group, description, why), "Failed");
    return undefined;
  }
}

/** The subnet of the zone with the fewest instances. */
function placementFor(state: RegionState, group: Group, launched: readonly Instance[]): Placement {
  const zones = zonesOf(state, group.subnetIds);
  const places = group.subnetIds.map((subnetId, index) => ({ subnetId, zone: zones[index] ?? state.region }));
  const load = (place: Placement) => launched.filter((instance) => instance.zone === place.zone).length;
  return places.reduce((best, place) => (load(place) < load(best) ? place : best));
}
