import type { AutoScalingGroup, Instance as Member, LaunchTemplateSpecification } from "@aws-sdk/client-auto-scaling";
import type { Instance as Ec2Instance } from "@aws-sdk/client-ec2";
import { TAGS } from "../../../infra/contract";
import { IMAGE_TAG } from "../../../infra/nodes/fdo/imageTag";
import type { Group, Instance, InstanceState, LaunchSource, Place, TargetHealth } from "../../domain/fleet";
import { parseFound } from "../../domain/adoption/adoption";
import { gapsInFence, stalledIn } from "./fence";
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
  ownTemplate: string,
  rest: Pick<Group, "deregistrationDelay" | "instanceRefreshInProgress">,
): Group {
  const launches = launchSource(asg, ownTemplate);
  const suspended = (asg.SuspendedProcesses ?? []).flatMap((one) => one.ProcessName ?? []).sort();
  return {
    name: asg.AutoScalingGroupName ?? "",
    min: asg.MinSize ?? 0,
    max: asg.MaxSize ?? 0,
    desired: asg.DesiredCapacity ?? 0,
    launches,
    protectsNew: asg.NewInstancesProtectedFromScaleIn ?? false,
    templateVersion: launches.from === "configuration" ? "none" : launches.version,
    suspended,
    stalled: stalledIn(suspended),
    fenceGaps: gapsInFence(suspended),
    ...takenOver(asg),
    ...rest,
  };
}

/** What a run wrote on a former group, where it still says what it was. */
function takenOver({ Tags: tags }: AutoScalingGroup): Pick<Group, "takenOver"> {
  const tag = (key: string): string | undefined => tags?.find((one) => one.Key === key)?.Value;
  const [by, found] = [tag(TAGS.adoptedBy), parseFound(tag(TAGS.before) ?? "")];
  return by === undefined || found === undefined ? {} : { takenOver: { by, found } };
}

/** EC2's own default if a group names no version. */
const versionOf = (template: LaunchTemplateSpecification | undefined): string => template?.Version ?? "$Default";

function launchSource(asg: AutoScalingGroup, ownTemplate: string): LaunchSource {
  const mix = asg.MixedInstancesPolicy?.LaunchTemplate;
  const template = asg.LaunchTemplate ?? mix?.LaunchTemplateSpecification;
  const id = template?.LaunchTemplateId ?? template?.LaunchTemplateName ?? "";
  if (!template) return { from: "configuration", name: asg.LaunchConfigurationName ?? "unknown" };
  if (!mix) return { from: "template", id, version: versionOf(template), isOwn: id === ownTemplate };
  const overrides = (mix.Overrides ?? []).map(({ InstanceType: type, LaunchTemplateSpecification: own }) => {
    const name = type ?? "by requirements";
    return own
      ? `${name} from version ${versionOf(own)} of ${own.LaunchTemplateId ?? own.LaunchTemplateName ?? ""}`
      : name;
  });
  return { from: "mix", id, version: versionOf(template), overrides };
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
    protectedFromScaleIn: member?.ProtectedFromScaleIn ?? false,
    // The API writes `Healthy` or `Unhealthy`; what it does not say is no verdict.
    markedUnhealthy: /^unhealthy$/i.test(member?.HealthStatus ?? ""),
    templateVersion: template.id === launchTemplateId ? wholeNumber(template.version) : undefined,
    release: releaseTag(tag(TAGS.release)),
    ...packagingTag(tag(TAGS.release)),
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

/** A release is tagged by the name that its packaging has for it. */
function packagingTag(text = ""): Pick<Instance, "packaging"> {
  if (wholeNumber(text) !== undefined) return { packaging: "replicated" };
  return IMAGE_TAG.test(text) ? { packaging: "fdo" } : {};
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
