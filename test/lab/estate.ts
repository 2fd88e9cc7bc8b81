import { gzipSync } from "node:zlib";
import type { GroupInput, RegionApi } from "../../lab/region/api";
import { faultDeeds } from "../../lab/faults/course";
import { DEFAULTS } from "../../lab/region/defaults";
import type { Exec, Instance, RegionState, Tags, TargetGroup, Timings } from "../../lab/region/model";
import { createRegion } from "../../lab/region/region";

export const GROUP = "tfe";

/** Jobs so rare that none comes by itself. */
export const NO_JOBS = { jobEvery: 1_000_000_000 } as const;

/** A node's script, as short as the installer's reading of it allows. */
export function script(release: number | undefined, appConfig: Record<string, string> = {}): string {
  const settings = Object.fromEntries(Object.entries(appConfig).map(([key, value]) => [key, { value }]));
  return [
    "#!/bin/bash",
    `SETTINGS='${DEFAULTS.secrets.settings}'`,
    `LICENSE='${DEFAULTS.secrets.license}'`,
    "cat > /etc/replicated.conf <<'REPLICATED_CONF'",
    JSON.stringify({ ReleaseSequence: release, LogLevel: "info" }, undefined, 2),
    "REPLICATED_CONF",
    "cat <<'APP_CONFIG' | merge",
    JSON.stringify(settings),
    "APP_CONFIG",
    "bash ./install.sh",
  ].join("\n");
}

export function userData(text: string, zip = true): string {
  return (zip ? gzipSync(text) : Buffer.from(text)).toString("base64");
}

/** A group of nodes behind a load balancer in a lab's region, and what a test does to it. */
export interface LabEstate {
  readonly region: RegionApi;
  readonly groupName: string;
  readonly templateId: string;
  readonly targetGroupArn: string;
  readonly loadBalancerArn: string;
  /** Seconds since the estate was made. */
  seconds(): number;
  /** Lets seconds of lab time pass. */
  pass(seconds: number): void;
  /** Lets time pass, one thing after the other, until the condition holds; gives the seconds it took, at most 3 hours. */
  until(condition: () => boolean): number;
  /** Lets time pass until every target is healthy. */
  untilHealthy(): void;
  /** Instances that the group lists. */
  members(): Instance[];
  /** One of them, the first where no other is asked for. */
  readonly member: (index?: number) => Instance;
  /** The instance of a region that has exactly one. */
  readonly only: () => Instance;
  targets(): TargetGroup;
  /** Stages a release and pins the group to it; gives the version. */
  pin(text: string): number;
  scale(count: number): void;
  run(instance: Instance, command: string): NonNullable<Exec["result"]>;
  /** Seconds at which the node entered each phase. */
  phases(instance: Instance): Record<string, number>;
}

export interface EstateOptions {
  /** Default 642. */
  readonly release?: number;
  /** The nodes' script, where it is another than that of the release. */
  readonly text?: string;
  readonly count?: number;
  readonly timings?: Partial<Timings>;
  readonly group?: Partial<GroupInput>;
  readonly healthCheck?: Partial<TargetGroup["healthCheck"]>;
  /** Seconds; default 10. */
  readonly deregistrationDelay?: number;
  readonly instanceTags?: Tags;
  readonly seed?: number;
}

/** A load balancer, a target group, a template and a group of nodes that are just being launched. */
export function estate(options: EstateOptions = {}): LabEstate {
  const { release = 642, count = 1 } = options;
  const region = createRegion({ faults: faultDeeds, seed: options.seed ?? 7, timings: options.timings ?? {} });
  const balancer = region.createLoadBalancer({
    name: "tfe",
    type: "application",
    internal: true,
    subnetIds: [...DEFAULTS.subnetIds],
    securityGroups: ["sg-1"],
  });
  const targetGroup = region.createTargetGroup({
    name: "tfe",
    port: 443,
    protocol: "HTTPS",
    vpcId: DEFAULTS.vpcId,
    healthCheck: { path: "/_health_check", protocol: "HTTPS", matcher: "200-399", ...options.healthCheck },
    deregistrationDelay: options.deregistrationDelay ?? 10,
  });
  region.createListener({
    loadBalancerArn: balancer.arn,
    port: 443,
    protocol: "HTTPS",
    targetGroupArn: targetGroup.arn,
    certificateArn: DEFAULTS.certificateArn,
  });
  const template = region.createLaunchTemplate({
    name: "tfe",
    version: {
      description: `release ${release}`,
      imageId: DEFAULTS.images.older,
      instanceType: "m5.xlarge",
      userData: userData(options.text ?? script(release)),
      instanceTags: options.instanceTags ?? { "tfe-repave:release": String(release) },
    },
  });
  region.createGroup({
    name: GROUP,
    min: count,
    max: count,
    desired: count,
    launchTemplateId: template.id,
    launchTemplateVersion: "1",
    subnetIds: DEFAULTS.subnetIds,
    targetGroupArns: [targetGroup.arn],
    healthCheckType: "ELB",
    healthCheckGracePeriod: 1800,
    ...options.group,
  });
  return estateOf(region);
}

/** The same things, found in a region that may have been written down and read again. */
export function estateOf(region: RegionApi, origin: number = DEFAULTS.now): LabEstate {
  const { state } = region;
  const first = <T>(list: readonly T[]): T => {
    const [found] = list;
    if (found === undefined) throw new Error("There is none.");
    return found;
  };
  const members = () =>
    state.instances.filter((instance) => instance.groupName === GROUP && instance.lifecycle !== undefined);
  const seconds = () => (state.now - origin) / 1000;

  function until(condition: () => boolean): number {
    const from = state.now;
    region.advance(from);
    while (!condition()) {
      const next = region.nextDue();
      if (next === undefined || next - from > 3 * 3_600_000) throw new Error("It does not come about.");
      region.advance(next);
    }
    return (state.now - from) / 1000;
  }

  return {
    region,
    groupName: GROUP,
    templateId: first(state.launchTemplates).id,
    targetGroupArn: first(state.targetGroups).arn,
    loadBalancerArn: first(state.loadBalancers).arn,
    seconds,
    pass: (time) => region.advance(state.now + time * 1000),
    until,
    untilHealthy: () => {
      const healthy = (): boolean => {
        const { targets } = first(state.targetGroups);
        return targets.length > 0 && targets.every((target) => target.state === "healthy");
      };
      until(healthy);
    },
    members,
    member: (index = 0) => first(members().slice(index)),
    only: () => {
      if (state.instances.length !== 1) throw new Error("There is not exactly one instance.");
      return first(state.instances);
    },
    targets: () => first(state.targetGroups),
    pin: (text) => {
      const { number } = region.createLaunchTemplateVersion(first(state.launchTemplates).id, {
        imageId: DEFAULTS.images.newest,
        instanceType: "m5.xlarge",
        userData: userData(text),
      });
      region.updateGroup(GROUP, { launchTemplateVersion: String(number) });
      return number;
    },
    scale: (count) => {
      region.updateGroup(GROUP, { min: count, max: count, desired: count });
    },
    run: (instance, command) => {
      const exec = region.exec(instance.id, command);
      until(() => exec.result !== undefined);
      if (!exec.result) throw new Error("It has no result.");
      return exec.result;
    },
    phases: (instance) =>
      Object.fromEntries(instance.node.history.map(({ phase, at }) => [phase, (at - origin) / 1000])),
  };
}

/** Brings the region to where every member is started. */
export function started(options: EstateOptions = {}): LabEstate {
  const made = estate(options);
  made.until(() => made.members().length > 0 && made.members().every(({ node }) => node.phase === "started"));
  return made;
}

/** Puts a job on a node, as if it had been taken now. */
export function giveJob(state: RegionState, instance: Instance, seconds: number): void {
  state.jobs.push({
    id: `run-given-${state.jobs.length}`,
    queuedAt: state.now,
    durationMs: seconds * 1000,
    instanceId: instance.id,
    startedAt: state.now,
    endsAt: state.now + seconds * 1000,
  });
}
