import type { Deed } from "./deeds";
import type { Group, Instance, LaunchTemplateVersion, RegionState, Tags } from "./model";
import { appRuns, enter } from "./node/phases";
import { hex, integer } from "./random";
import { witnessTermination } from "./witness";

/** Part of the boot time after which EC2 says `running`; the operating system answers at its end. */
const RUNNING_AFTER = 0.4;
/** EC2 lists a terminated instance for about an hour. */
const LISTED_AFTER_TERMINATION = 3_600_000;

export interface Placement {
  readonly subnetId: string;
  readonly zone: string;
}

interface Source {
  readonly templateId: string;
  readonly version: LaunchTemplateVersion;
}

/** RunInstances on behalf of a group. */
export function launchInstance(state: RegionState, group: Group, source: Source, placement: Placement): Instance {
  const propagated = group.tags.filter((tag) => tag.propagateAtLaunch).map((tag) => [tag.key, tag.value] as const);
  const tags = { ...Object.fromEntries(propagated), "aws:autoscaling:groupName": group.name };
  return machine(state, source, placement, { groupName: group.name, tags, lifecycle: "Pending" });
}

/** RunInstances by somebody, outside of any group: see `runInstance`. */
export function launchAlone(
  state: RegionState,
  source: Source,
  placement: Placement,
  { tags, showsTags }: { readonly tags: Tags; readonly showsTags: boolean },
): Instance {
  return machine(state, source, placement, {
    groupName: "",
    tags,
    lifecycle: undefined,
    isLaunchedAlone: true,
    showsTags,
  });
}

function machine(
  state: RegionState,
  { templateId, version }: Source,
  placement: Placement,
  { tags, ...rest }: Pick<Instance, "groupName" | "tags" | "lifecycle" | "isLaunchedAlone" | "showsTags">,
): Instance {
  const instance: Instance = {
    id: `i-0${hex(state, 16)}`,
    ...rest,
    launchTemplateId: templateId,
    launchTemplateVersion: version.number,
    imageId: version.imageId,
    instanceType: version.instanceType,
    privateIp: freeAddress(state, placement.zone),
    ...placement,
    launchedAt: state.now,
    userData: version.userData,
    tags: {
      ...version.instanceTags,
      ...tags,
      "aws:ec2launchtemplate:id": templateId,
      "aws:ec2launchtemplate:version": String(version.number),
    },
    state: "pending",
    stateEndsAt: state.now + Math.round(state.timings.boot * RUNNING_AFTER),
    terminatedAt: undefined,
    deregistersAt: undefined,
    inServiceAt: undefined,
    asgHealth: "Healthy",
    node: {
      phase: "booting",
      phaseEndsAt: state.now + state.timings.boot,
      release: 0,
      settings: {},
      builtSettings: {},
      settingsInEffect: {},
      desired: "started",
      configError: undefined,
      error: undefined,
      history: [{ phase: "booting", at: state.now }],
    },
  };
  state.instances.push(instance);
  return instance;
}

function freeAddress(state: RegionState, zone: string): string {
  const network = zone.endsWith("a") ? 1 : 2;
  const used = new Set(state.instances.map((instance) => instance.privateIp));
  for (;;) {
    const address = `10.0.${network}.${integer(state, 10, 250)}`;
    if (!used.has(address)) return address;
  }
}

/** TerminateInstances: what runs on the machine stops at once, and the machine is gone some time later. */
export function shutDown(state: RegionState, instance: Instance): void {
  if (instance.state === "shutting-down" || instance.state === "terminated") return;
  witnessTermination(state, instance);
  goDown(state, instance);
}

/** The same by AWS's own doing, which is nobody's violation. */
export function goDown(state: RegionState, instance: Instance): void {
  if (instance.state === "shutting-down" || instance.state === "terminated") return;
  state.jobs = state.jobs.filter((job) => job.instanceId !== instance.id);
  instance.state = "shutting-down";
  instance.stateEndsAt = state.now + state.timings.terminate;
  instance.node.desired = "stopped";
  // Until the machine is gone nobody knows that its processes are.
  enter(state, instance.node, appRuns(instance) ? "stopping" : "stopped", undefined);
}

export function instanceDeeds(state: RegionState): readonly Deed[] {
  return state.instances.flatMap((instance) => {
    const at = instance.terminatedAt === undefined ? instance.stateEndsAt : listedUntil(instance);
    return at === undefined ? [] : [{ at, act: () => moveOn(state, instance) }];
  });
}

/** A group that does not look (HealthCheck suspended) goes on listing an instance that is gone. */
function listedUntil({ terminatedAt, lifecycle }: Instance): number | undefined {
  if (terminatedAt === undefined || lifecycle !== undefined) return undefined;
  return terminatedAt + LISTED_AFTER_TERMINATION;
}

function moveOn(state: RegionState, instance: Instance): void {
  instance.stateEndsAt = undefined;
  if (instance.state === "pending") {
    instance.state = "running";
  } else if (instance.state === "shutting-down") {
    instance.state = "terminated";
    instance.terminatedAt = state.now;
    enter(state, instance.node, "stopped", undefined);
  } else {
    state.instances.splice(state.instances.indexOf(instance), 1);
  }
}
