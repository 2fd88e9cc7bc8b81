/** What Terraform Enterprise is, top to bottom. `pulumi up` and the orchestrator run this same function. */
import * as pulumi from "@pulumi/pulumi";
import { Access } from "./components/access";
import { Build } from "./components/build";
import { Entrypoint } from "./components/entrypoint";
import { Fleet } from "./components/fleet";
import { Identity } from "./components/identity";
import { PostBuildGate } from "./components/postBuildGate";
import type { StackConfig } from "./config";
import { PROJECT, TAGS } from "./contract";
import { type GuardOptions, readConfig, refuseWhileHeld } from "./guards";
import { resourceName } from "./names";
import type { ProgramOutputs } from "./outputs";
import { encodeUserData, renderUserData } from "./userData";

export type ProgramOptions = GuardOptions;

/** Throws a `pulumi.RunError` where the configuration is not valid, or while a run that we do not belong to holds the stack. */
export function tfeProgram(options: ProgramOptions): ProgramOutputs {
  const config = readConfig();
  refuseWhileHeld(config, options);
  return createStack(pulumi.getStack(), config, options.projectRoot);
}

function createStack(stack: string, config: StackConfig, projectRoot: string): ProgramOutputs {
  const name = resourceName(stack);
  const tags = { Name: name, [TAGS.stack]: stack };

  const groups = securityGroups(config, name, tags);
  const instanceProfile = config.instanceProfile ?? createIdentity(config, stack, tags).instanceProfile.name;
  const entrypoint = config.targetGroupArn === undefined ? createEntrypoint(config, name, groups, tags) : undefined;
  const targetGroupArn = pulumi.output(entrypoint?.targetGroup.arn ?? required(config, "targetGroupArn"));
  const after = entrypoint === undefined ? [] : [entrypoint.listener];
  const { launchTemplate } = new Build("build", {
    ...config,
    name,
    instanceProfile,
    securityGroupIds: groups.nodes,
    userData: encodeUserData(renderUserData(config)),
    tags,
  });
  const fleet = new Fleet("fleet", {
    ...config,
    name,
    launchTemplate,
    subnetIds: config.nodeSubnetIds,
    targetGroupArn,
    after,
    tags,
  });

  const outputs: ProgramOutputs = {
    groupName: fleet.group.name,
    launchTemplateId: launchTemplate.id,
    latestTemplateVersion: launchTemplate.latestVersion,
    activeTemplateVersion: fleet.activeTemplateVersion,
    releaseSequence: pulumi.output(config.releaseSequence ?? 0),
    image: pulumi.output(config.image),
    nodeCount: pulumi.output(config.nodeCount),
    maxNodes: pulumi.output(config.maxNodes),
    targetGroupArn,
    healthCheckUrl: pulumi.output(`https://${config.hostname}/_health_check`),
    transport: pulumi.output(config.transport),
    appConfig: pulumi.output(config.appConfig),
    airgap: pulumi.output(config.airgapPackageUrl !== undefined),
  };
  new PostBuildGate("post-build-gate", { stack, projectRoot, group: fleet.group, after, facts: outputs });
  return outputs;
}

type Tags = Readonly<Record<string, string>>;

interface SecurityGroups {
  readonly nodes: readonly pulumi.Input<string>[];
  readonly loadBalancer: readonly pulumi.Input<string>[];
}

/** Given groups serve nodes and load balancer alike: what they allow is their owner's affair. */
function securityGroups(config: StackConfig, name: string, tags: Tags): SecurityGroups {
  const given = config.securityGroupIds;
  if (given.length > 0) return { nodes: given, loadBalancer: given };
  const { nodes, loadBalancer } = new Access("access", {
    name,
    vpcId: required(config, "vpcId"),
    allowedCidrs: config.allowedCidrs,
    withLoadBalancer: config.targetGroupArn === undefined,
    tags,
  });
  return { nodes: [nodes.id], loadBalancer: loadBalancer === undefined ? [] : [loadBalancer.id] };
}

function createIdentity(config: StackConfig, stack: string, tags: Tags): Identity {
  const { settingsSecretArn, licenseSecretArn, tlsCertificateSecretArn, tlsKeySecretArn, caBundleSecretArn } = config;
  const bundle = caBundleSecretArn === undefined ? [] : [caBundleSecretArn];
  const urls = [config.airgapPackageUrl, config.airgapInstallerUrl];
  return new Identity("identity", {
    ...config,
    name: resourceName(stack, "node"),
    secretArns: [settingsSecretArn, licenseSecretArn, tlsCertificateSecretArn, tlsKeySecretArn, ...bundle],
    downloads: urls.filter((url) => url !== undefined).filter((url) => url.startsWith("s3://")),
    tags,
  });
}

function createEntrypoint(config: StackConfig, name: string, groups: SecurityGroups, tags: Tags): Entrypoint {
  return new Entrypoint("entrypoint", {
    name,
    vpcId: required(config, "vpcId"),
    subnetIds: config.loadBalancerSubnetIds,
    internal: config.loadBalancerInternal,
    securityGroupIds: groups.loadBalancer,
    certificateArn: required(config, "certificateArn"),
    deregistrationDelay: config.deregistrationDelay,
    tags,
  });
}

/** A key that `parseConfig` demands in this case. */
function required<K extends keyof StackConfig>(config: StackConfig, key: K): NonNullable<StackConfig[K]> {
  const value = config[key];
  if (value === undefined) throw new Error(`${PROJECT}:${key} is required here`);
  return value;
}
