import { AwsError } from "../api";
import { findGroup, findInstance, membersOf } from "../find";
import type { Group, GroupRules, Instance, RegionState } from "../model";
import { deregisterTarget, registerTarget } from "../balancing/targets";

/** Changes what a group has out of the ordinary; undefined takes a rule away. */
export function changeRules(
  state: RegionState,
  name: string,
  change: { [K in keyof GroupRules]?: GroupRules[K] | undefined },
): void {
  const group = findGroup(state, name);
  const changed = Object.entries({ ...group.rules, ...change }).filter(([, value]) => value !== undefined);
  group.rules = Object.fromEntries(changed);
}

/** SetInstanceProtection. */
export function protectInstances(state: RegionState, name: string, ids: readonly string[], isProtected: boolean): void {
  for (const instance of namedMembers(state, findGroup(state, name), ids)) instance.protectedFromScaleIn = isProtected;
}

/** SetInstanceHealth. */
export function setHealth(state: RegionState, id: string, health: Instance["asgHealth"]): void {
  const instance = findInstance(state, id);
  if (instance.lifecycle === undefined) throw notManaged(id);
  instance.asgHealth = health;
}

/** EnterStandby with a decrement: out of the target groups, counted no more, and not terminated. */
export function enterStandby(state: RegionState, name: string, ids: readonly string[]): void {
  const group = findGroup(state, name);
  for (const instance of namedMembers(state, group, ids)) {
    if (instance.lifecycle !== "InService" || group.desired - 1 < group.min)
      throw new AwsError("ValidationError", `${instance.id} cannot be put into Standby: minimum size is ${group.min}`);
    instance.lifecycle = "Standby";
    group.desired -= 1;
    for (const targets of targetGroupsOf(state, group)) deregisterTarget(state, targets, instance.id);
  }
}

/** ExitStandby: counted and registered again. */
export function exitStandby(state: RegionState, name: string, ids: readonly string[]): void {
  const group = findGroup(state, name);
  for (const instance of namedMembers(state, group, ids)) {
    if (instance.lifecycle !== "Standby")
      throw new AwsError("ValidationError", `${instance.id} is not in Standby or InService`);
    if (group.desired + 1 > group.max)
      throw new AwsError(
        "ValidationError",
        `desired capacity ${group.desired + 1} exceeds the maximum size ${group.max}`,
      );
    instance.lifecycle = "InService";
    group.desired += 1;
    for (const targets of targetGroupsOf(state, group)) registerTarget(state, targets, instance.id);
  }
}

const targetGroupsOf = (state: RegionState, group: Group) =>
  state.targetGroups.filter(({ arn }) => group.targetGroupArns.includes(arn));

function namedMembers(state: RegionState, group: Group, ids: readonly string[]): readonly Instance[] {
  const members = membersOf(state, group);
  return ids.map((id) => {
    const found = members.find((instance) => instance.id === id);
    if (!found) throw notManaged(id);
    return found;
  });
}

const notManaged = (id: string): AwsError =>
  new AwsError("ValidationError", `Instance Id not found - No managed instance found for instance ID ${id}`);
