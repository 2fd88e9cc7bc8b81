import type { AutoScalingGroup, Instance as Member } from "@aws-sdk/client-auto-scaling";
import type { Instance as Ec2Instance } from "@aws-sdk/client-ec2";
import { TAGS } from "../../../infra/contract";
import type { Group, Instance, InstanceState, Place, TargetHealth } from "../../domain/fleet";
import { gapsInFence } from "./fence";
import { parseRelease, recordedRelease, type Release } from "../../domain/release";

/** Translates the APIs' terms into the domain's. Pure. */

const STATES: readonly string[] = [
  "pending",
  "running",
  "shutting-down",
  "terminated",
  "stopping",
  "stopped",
] satisfies InstanceState[];

const isState = (word: string | undefined): word is InstanceState => word !== undefined && STATES.includes(word);

/** From best to worst: an instance registered on several ports is as healthy as its worst one. */
const HEALTH: readonly TargetHealth[] = ["healthy", "initial", "unused", "draining", "unavailable", "unhealthy"];

/** Returns the worse of the known state of a target and a further `TargetHealth.State`. An unknown state counts as unhealthy. */
export function worstHealth(known: TargetHealth | undefined, state: string | undefined): TargetHealth {
  const health = state === "unhealthy.draining" ? "draining" : (HEALTH.find((one) => one === state) ?? "unhealthy");
  return known !== undefined && HEALTH.indexOf(known) > HEALTH.indexOf(health) ? known : health;
}

export function toGroup(
  asg: AutoScalingGroup,
  rest: Pick<Group, "deregistrationDelay" | "instanceRefreshInProgress">,
): Group {
  const template = asg.LaunchTemplate ?? asg.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification ?? {};
  const suspended = (asg.SuspendedProcesses ?? []).flatMap((one) => one.ProcessName ?? []).sort();
  return {
    name: asg.AutoScalingGroupName ?? "",
    min: asg.MinSize ?? 0,
    max: asg.MaxSize ?? 0,
    desired: asg.DesiredCapacity ?? 0,
    // EC2's own default if a group names no version.
    templateVersion: template.Version ?? "$Default",
    suspended,
    fenceGaps: gapsInFence(suspended),
    ...rest,
  };
}

export interface Sources {
  /** Undefined: EC2 does not know the instance yet (it is eventually consistent). */
  readonly ec2: Ec2Instance | undefined;
  /** Undefined: the group does not list the instance (any more). */
  readonly member: Member | undefined;
  readonly target: TargetHealth;
  readonly launchTemplateId: string;
}

export function toInstance(id: string, { ec2, member, target, launchTemplateId }: Sources): Instance {
  const tag = (key: string): string | undefined => ec2?.Tags?.find((one) => one.Key === key)?.Value;
  const template = ec2
    ? { id: tag("aws:ec2launchtemplate:id"), version: tag("aws:ec2launchtemplate:version") }
    : { id: member?.LaunchTemplate?.LaunchTemplateId, version: member?.LaunchTemplate?.Version };
  const state = ec2?.State?.Name;
  return {
    id,
    privateIp: ec2?.PrivateIpAddress,
    zone: ec2?.Placement?.AvailabilityZone ?? member?.AvailabilityZone ?? "",
    // A missing state does not prove that the instance is gone.
    state: isState(state) ? state : "pending",
    place: placeOf(member?.LifecycleState),
    lifecycle: member?.LifecycleState,
    templateVersion: template.id === launchTemplateId ? wholeNumber(template.version) : undefined,
    release: releaseTag(tag(TAGS.release)),
    imageId: ec2?.ImageId ?? "",
    launchedAt: ec2?.LaunchTime?.getTime() ?? 0,
    target,
  };
}

/**
 * An instance on standby or being detached keeps running and does not leave: it must be drained. The same applies to an unknown
 * state.
 */
export function placeOf(lifecycle: string | undefined): Place {
  if (lifecycle === "InService") return "inService";
  if (lifecycle?.startsWith("Pending")) return "joining";
  return lifecycle?.startsWith("Terminating") ? "leaving" : "out";
}

/** By number or by name; a number is believed even where the release table does not know it. */
function releaseTag(text: string | undefined): Release | undefined {
  const number = wholeNumber(text);
  return number === undefined ? parseRelease(text ?? "") : recordedRelease(number);
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
