/** Instances outside of any group: launched by RunInstances, and attached to a group later. */
import { AwsError, type LaunchRequest } from "./api";
import { refusesLaunch } from "./faultEffects";
import { findGroup, findInstance, findTemplateVersion } from "./find";
import { startActivity, cause } from "./group/activities";
import { zonesOf } from "./group/groups";
import { launchAlone, type Placement } from "./instances";
import type { Instance, RegionState } from "./model";

/** What a key may be made of where instance metadata show the tags (EC2 user guide, *Instance metadata tags*). */
const SHOWABLE = /^[\w+\-=.,:@]{1,128}$/;

/** Looks at template, image, subnet and tags, as a dry run does. */
export function checkLaunch(state: RegionState, { templateId, version, ...request }: LaunchRequest): Placement {
  const found = findTemplateVersion(state, templateId, version);
  if (!state.images.some((image) => image.id === found.imageId)) {
    throw new AwsError("InvalidAMIID.NotFound", `The image id '[${found.imageId}]' does not exist`);
  }
  const group = state.groups.find(({ subnetIds }) => subnetIds.includes(request.subnetId));
  if (!group) throw new AwsError("InvalidSubnetID.NotFound", `The subnet ID '${request.subnetId}' does not exist`);
  const hidden = Object.keys({ ...found.instanceTags, ...request.tags }).find((key) => !SHOWABLE.test(key));
  if (request.showsTags && hidden !== undefined) {
    throw new AwsError(
      "InvalidParameterValue",
      `'${hidden}' is not a valid tag key for access through instance metadata`,
    );
  }
  const zone = zonesOf(state, group.subnetIds)[group.subnetIds.indexOf(request.subnetId)];
  return { subnetId: request.subnetId, zone: zone ?? state.region };
}

/** RunInstances of one. With a client token that was used before it is the same instance, or an error where the request differs. */
export function runInstance(state: RegionState, request: LaunchRequest): Instance {
  const { clientToken, ...rest } = request;
  const text = JSON.stringify(rest);
  const known = clientToken === undefined ? undefined : state.launches?.[clientToken];
  if (known) {
    if (known.request !== text) {
      throw new AwsError(
        "IdempotentParameterMismatch",
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
      );
    }
    return findInstance(state, known.instanceIds[0] ?? "");
  }
  const placement = checkLaunch(state, request);
  const version = findTemplateVersion(state, request.templateId, request.version);
  if (refusesLaunch(state, version.instanceType)) {
    throw new AwsError(
      "InsufficientInstanceCapacity",
      `We currently do not have sufficient ${version.instanceType} capacity in the Availability Zone you requested (${placement.zone}).`,
      500,
    );
  }
  const instance = launchAlone(state, { templateId: request.templateId, version }, placement, request);
  if (clientToken !== undefined)
    state.launches = { ...state.launches, [clientToken]: { request: text, instanceIds: [instance.id] } };
  return instance;
}

/**
 * AttachInstances: raises the desired capacity by the number of instances, and fails where that would be above the maximum. They
 * pass the launch hooks, and are registered with the target groups like instances that the group has launched.
 */
export function attachInstances(state: RegionState, name: string, ids: readonly string[]): void {
  const group = findGroup(state, name);
  const instances = ids.map((id) => findInstance(state, id));
  for (const { id, state: is, lifecycle, groupName, subnetId } of instances) {
    if (lifecycle !== undefined)
      throw new AwsError("ValidationError", `Instance ${id} is already part of AutoScalingGroup:${groupName}.`);
    if (is !== "running") throw new AwsError("ValidationError", `Instance ${id} is not in correct state: ${is}.`);
    if (!group.subnetIds.includes(subnetId))
      throw new AwsError("ValidationError", `Instance ${id} is in ${subnetId}, which is not of the group.`);
  }
  const desired = group.desired + instances.length;
  if (desired > group.max) {
    throw new AwsError(
      "ValidationError",
      `New desired capacity ${desired} would be above the max size ${group.max} of the AutoScalingGroup ${name}.`,
    );
  }
  group.desired = desired;
  for (const instance of instances) {
    instance.groupName = name;
    instance.tags = { ...instance.tags, "aws:autoscaling:groupName": name };
    instance.lifecycle = "Pending";
    const why = cause(state, undefined, "an instance was attached in response to a user request");
    startActivity(state, group, `Attaching an existing EC2 instance: ${instance.id}`, why);
  }
}
