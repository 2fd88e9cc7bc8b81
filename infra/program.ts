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
import { nodeNeeds } from "./permissions/node";
import { encodeUserData, renderUserData } from "./userData";

export type ProgramOptions = GuardOptions;

/** Throws a `pulumi.RunError` where the configuration is not valid, or while a run that we do not belong to holds the stack. */
export async function tfeProgram(options: ProgramOptions): Promise<ProgramOutputs> {
  const config = readConfig();
  await refuseWhileHeld(config, options);
  return createStack(pulumi.getStack(), config, options.projectRoot);
}

function createStack(stack: string, config: StackConfig, projectRoot: string): ProgramOutputs {
  const name = resourceName(stack);
  const tags = { Name: name, [TAGS.stack]: stack };

  // Each is built unless the configuration names an existing one.
  const access = config.securityGroupIds.length > 0 ? undefined : createAccess(config, name, tags);
  const identity = config.instanceProfile === undefined ? createIdentity(config, stack, tags) : undefined;
  const entrypoint = config.targetGroupArn === undefined ? createEntrypoint(config, name, access, tags) : undefined;
  const targetGroupArn = pulumi.output(entrypoint?.targetGroup.arn ?? required(config, "targetGroupArn"));

  const { launchTemplate } = new Build("build", {
    ...config,
    name,
    instanceProfile: identity?.instanceProfile.name ?? required(config, "instanceProfile"),
    securityGroupIds: access === undefined ? config.securityGroupIds : [access.nodes.id],
    userData: encodeUserData(renderUserData(config)),
    tags,
  });
  const fleet = new Fleet("fleet", {
    ...config,
    name,
    launchTemplate,
    subnetIds: config.nodeSubnetIds,
    targetGroupArn,
    // Rules and policies are resources of their own: a node that boots before them reaches neither network nor secrets.
    after: [access, identity, entrypoint].filter((component) => component !== undefined),
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
  new PostBuildGate("post-build-gate", { stack, projectRoot, group: fleet.group, facts: outputs });
  return outputs;
}

type Tags = Readonly<Record<string, string>>;

function createAccess(config: StackConfig, name: string, tags: Tags): Access {
  return new Access("access", {
    name,
    vpcId: required(config, "vpcId"),
    allowedCidrs: config.allowedCidrs,
    withLoadBalancer: config.targetGroupArn === undefined,
    tags,
  });
}

function createIdentity(config: StackConfig, stack: string, tags: Tags): Identity {
  return new Identity("identity", { ...nodeNeeds(config), name: resourceName(stack, "node"), tags });
}

function createEntrypoint(config: StackConfig, name: string, access: Access | undefined, tags: Tags): Entrypoint {
  const built = access?.loadBalancer;
  return new Entrypoint("entrypoint", {
    name,
    vpcId: required(config, "vpcId"),
    subnetIds: config.loadBalancerSubnetIds,
    internal: config.loadBalancerInternal,
    // Given groups serve nodes and load balancer alike: what they allow is their owner's affair.
    securityGroupIds: built === undefined ? config.securityGroupIds : [built.id],
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
