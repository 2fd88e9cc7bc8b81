import type { Activity, Group, RegionState } from "../model";
import { uuid } from "../random";
import { timestamp } from "../text";

/** Sentences of a cause, each with its time, in AWS's words; after the request that the group follows, where one is given. */
export function cause(state: RegionState, group: Group | undefined, ...what: string[]): string {
  const sentences = what.map((sentence) => `At ${timestamp(state.now)} ${sentence}.`);
  return [...(group ? [group.lastRequest] : []), ...sentences].join("  ");
}

export function createdCause(state: RegionState, desired: number): string {
  return `At ${timestamp(state.now)} a user request created an AutoScalingGroup changing the desired capacity from 0 to ${desired}.`;
}

export function updatedCause(state: RegionState, group: Group, before: number): string {
  const constraints = `min: ${group.min}, max: ${group.max}, desired: ${group.desired}`;
  return `At ${timestamp(state.now)} a user request update of AutoScalingGroup constraints to ${constraints} changing the desired capacity from ${before} to ${group.desired}.`;
}

export function startActivity(state: RegionState, group: Group, description: string, why: string): Activity {
  const activity: Activity = {
    id: uuid(state),
    description,
    cause: why,
    startedAt: state.now,
    status: "InProgress",
    progress: 30,
  };
  group.activities.push(activity);
  return activity;
}

/** The activity that is still under way on an instance. */
export function activityOn(group: Group, instanceId: string): Activity | undefined {
  return group.activities.findLast(
    (activity) => activity.endedAt === undefined && activity.description.endsWith(instanceId),
  );
}

export function endActivity(
  state: RegionState,
  activity: Activity | undefined,
  status: "Successful" | "Failed" | "Cancelled",
): void {
  if (!activity) return;
  activity.status = status;
  activity.progress = 100;
  activity.endedAt = state.now;
}
