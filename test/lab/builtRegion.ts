import type { RegionApi } from "../../lab/region/api";
import { faultDeeds } from "../../lab/faults/course";
import { DEFAULTS } from "../../lab/region/defaults";
import type { Instance } from "../../lab/region/model";
import { createRegion } from "../../lab/region/region";

/** User data as the stack renders it, as far as the lab's installer reads it. */
export const userData = (release: number): string =>
  Buffer.from(
    [
      "#!/bin/bash",
      "cat > /etc/replicated.conf <<'REPLICATED_CONF'",
      JSON.stringify({ ReleaseSequence: release, ImportSettingsFrom: "/etc/ptfe-settings.json" }),
      "REPLICATED_CONF",
      `aws secretsmanager get-secret-value --secret-id '${DEFAULTS.secrets.settings}'`,
      "",
    ].join("\n"),
  ).toString("base64");

export interface BuiltRegion {
  readonly region: RegionApi;
  readonly groupName: string;
  readonly templateId: string;
  readonly targetGroupArn: string;
  readonly loadBalancerArn: string;
}

export const BEGIN = Date.UTC(2026, 0, 5, 8);

/** A region with a group of nodes behind a load balancer, at the moment of its creation. */
export function builtRegion(options: { nodes: number; release?: number; now?: number }): BuiltRegion {
  const region = createRegion({ faults: faultDeeds, now: options.now ?? BEGIN });
  const template = region.createLaunchTemplate({
    name: "tfe",
    version: {
      description: "release 610",
      imageId: DEFAULTS.images.older,
      instanceType: "m5.xlarge",
      userData: userData(options.release ?? 610),
      instanceTags: { "tfe-repave:release": String(options.release ?? 610) },
    },
  });
  const targets = region.createTargetGroup({ name: "tfe", port: 443, protocol: "HTTPS", vpcId: DEFAULTS.vpcId });
  const balancer = region.createLoadBalancer({
    name: "tfe",
    type: "application",
    internal: true,
    subnetIds: [...DEFAULTS.subnetIds],
    securityGroups: [],
  });
  region.createListener({ loadBalancerArn: balancer.arn, port: 443, protocol: "HTTPS", targetGroupArn: targets.arn });
  region.createGroup({
    name: "tfe",
    min: options.nodes,
    max: options.nodes,
    desired: options.nodes,
    launchTemplateId: template.id,
    launchTemplateVersion: "1",
    subnetIds: DEFAULTS.subnetIds,
    targetGroupArns: [targets.arn],
    healthCheckType: "ELB",
    healthCheckGracePeriod: 1800,
    tags: [],
  });
  return {
    region,
    groupName: "tfe",
    templateId: template.id,
    targetGroupArn: targets.arn,
    loadBalancerArn: balancer.arn,
  };
}

/** Lets time pass until the condition holds; fails after two hours of the lab. */
export function until(region: RegionApi, holds: () => boolean): void {
  for (let waited = 0; !holds(); waited += 1000) {
    if (waited > 7_200_000) throw new Error("it does not come about");
    region.advance(region.state.now + 1000);
  }
}

export const allHealthy = ({ region, targetGroupArn }: BuiltRegion): boolean => {
  const targets = region.state.targetGroups.find((group) => group.arn === targetGroupArn)?.targets ?? [];
  return targets.length > 0 && targets.every((target) => target.state === "healthy");
};

export function only(region: RegionApi): Instance {
  const [instance, ...others] = region.state.instances;
  if (!instance || others.length > 0) throw new Error("there is not exactly one instance");
  return instance;
}
