import { AwsError } from "./api";
import type { Group, Instance, LaunchTemplate, LaunchTemplateVersion, RegionState, TargetGroup } from "./model";

export function findGroup(state: RegionState, name: string): Group {
  const group = state.groups.find((candidate) => candidate.name === name);
  if (!group) {
    throw new AwsError("ValidationError", `AutoScalingGroup name not found - AutoScalingGroup: ${name} not found`);
  }
  return group;
}

/** Instances that the group lists, terminating ones included. */
export function membersOf(state: RegionState, group: Group): Instance[] {
  return state.instances.filter((instance) => instance.groupName === group.name && instance.lifecycle !== undefined);
}

export function findInstance(state: RegionState, id: string): Instance {
  const instance = state.instances.find((candidate) => candidate.id === id);
  if (!instance) throw new AwsError("InvalidInstanceID.NotFound", `The instance ID '${id}' does not exist`);
  return instance;
}

export function findTemplate(state: RegionState, id: string): LaunchTemplate {
  const template = state.launchTemplates.find((candidate) => candidate.id === id);
  if (!template) {
    throw new AwsError(
      "InvalidLaunchTemplateId.NotFound",
      `The specified launch template, with template ID ${id}, does not exist.`,
    );
  }
  return template;
}

/** Resolves "3", "$Latest" or "$Default" as it stands now. */
export function findTemplateVersion(state: RegionState, id: string, version: string): LaunchTemplateVersion {
  const template = findTemplate(state, id);
  const wanted =
    version === "$Latest"
      ? template.versions.at(-1)?.number
      : version === "$Default"
        ? template.defaultVersion
        : Number(version);
  const found = template.versions.find((candidate) => candidate.number === wanted);
  if (!found) {
    throw new AwsError(
      "InvalidLaunchTemplateId.VersionNotFound",
      `Could not find the specified version ${version} for the launch template with ID ${id}.`,
    );
  }
  return found;
}

export function findTargetGroup(state: RegionState, arn: string): TargetGroup {
  const group = state.targetGroups.find((candidate) => candidate.arn === arn);
  if (!group) throw new AwsError("TargetGroupNotFound", `Target groups '${arn}' not found`);
  return group;
}
