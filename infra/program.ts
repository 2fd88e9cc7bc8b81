/** What Terraform Enterprise is, top to bottom. `pulumi up` and the orchestrator run this same function. */
import * as pulumi from "@pulumi/pulumi";
import { Access } from "./components/access";
import { Build } from "./components/build";
import { Entrypoint } from "./components/entrypoint";
import { Fleet, pinnedVersion } from "./components/fleet";
import { sameVersion } from "./components/services/database";
import { Network } from "./components/services/network";
import { Services } from "./components/services/services";
import { Identity } from "./components/identity";
import { PatchJob } from "./components/patchJob";
import { PostBuildGate } from "./components/postBuildGate";
import { Rollouts } from "./components/rollouts";
import type { StackConfig } from "./config/index";
import { hasJob } from "./config/schedule";
import { type BuiltServices, CONTRACT_VERSION, type StackOutputs, TAGS } from "./contract";
import { type GuardOptions, readConfig, refuseWhileHeld } from "./guards";
import { healthPathOf, keepsHealthPath } from "./healthPath";
import { dataName, resourceName } from "./names";
import { nodeManagedPolicies, nodeNeeds } from "./permissions/node";
import { operatorPolicy } from "./permissions/operator";
import { jobProject } from "./permissions/job";
import { scopeOf, type Scope } from "./permissions/scope";
import { builtPlace, givenPlace, type Place, required } from "./place";
import { derive, inspect, readablyAwait } from "./refusal";
import { parseRunStore, whereRunsAre } from "./runs/runStore";
import { type NodeKind, nodeKind } from "./nodes";

export type ProgramOptions = GuardOptions;

/** The stack's outputs as the engine comes to know them. */
export type ProgramOutputs = { readonly [K in keyof StackOutputs]: pulumi.Output<NonNullable<StackOutputs[K]>> };

/** Throws a `pulumi.RunError` where the configuration is not valid, or while a run that we do not belong to holds the stack. */
export function tfeProgram(options: ProgramOptions): Promise<ProgramOutputs> {
  return readablyAwait(async () => {
    const config = readConfig();
    await refuseWhileHeld(config, options);
    return createStack(pulumi.getStack(), config, options.projectRoot);
  });
}

async function createStack(stack: string, config: StackConfig, projectRoot: string): Promise<ProgramOutputs> {
  const name = resourceName(stack);
  const tags = { Name: name, [TAGS.stack]: stack };
  const nodes = nodeKind(config);

  // Each is built unless the configuration names an existing one.
  const network = config.services === "build" ? createNetwork(config, name, tags) : undefined;
  const place = network === undefined ? givenPlace(config) : builtPlace(config, network);
  const access = config.securityGroupIds.length > 0 ? undefined : createAccess(config, place, name, tags);
  const services = network && access && createServices(config, nodes, network, access, dataName(stack), tags);
  const settingsSecretArn = services?.settingsSecretArn ?? required(config, "settingsSecretArn");
  const identity =
    config.instanceProfile === undefined ? createIdentity(config, settingsSecretArn, services, stack, tags) : undefined;
  const entrypoint =
    config.targetGroupArn === undefined ? createEntrypoint(config, nodes, place, name, access, tags) : undefined;
  const targetGroupArn = pulumi.output(entrypoint?.targetGroup.arn ?? required(config, "targetGroupArn"));

  const { launchTemplate } = new Build("build", {
    ...config,
    release: nodes.release,
    releaseInWords: nodes.releaseInWords,
    name,
    instanceProfile: identity?.instanceProfile.name ?? required(config, "instanceProfile"),
    securityGroupIds: access === undefined ? config.securityGroupIds : [access.nodes.id],
    userData: userDataFor(config, nodes, settingsSecretArn),
    tags,
  });
  const fleet = new Fleet("fleet", {
    ...config,
    name,
    launchTemplate,
    subnetIds: place.nodeSubnetIds,
    targetGroupArn,
    // Rules and policies are resources of their own: a node that boots before them reaches neither network nor secrets.
    after: [access, identity, entrypoint, services].filter((component) => component !== undefined),
    tags,
  });

  const outputs: ProgramOutputs = {
    contract: pulumi.output(CONTRACT_VERSION),
    groupName: fleet.group.name,
    launchTemplateId: launchTemplate.id,
    latestTemplateVersion: launchTemplate.latestVersion,
    activeTemplateVersion: fleet.activeTemplateVersion,
    ...known(nodes.outputs),
    image: pulumi.output(config.image),
    nodeCount: pulumi.output(config.nodeCount),
    targetGroupArn,
    healthCheckUrl: derive(healthPathOf(config, nodes, entrypoint), (path) => `https://${config.hostname}${path}`),
    transport: pulumi.output(config.transport),
    appConfig: pulumi.output(nodes.settings),
    ...(services === undefined ? {} : { services: namesOf(services) }),
  };
  if (hasJob(config)) createPatchJob(config, place, access, stack, projectRoot, tags);
  if (config.rolloutStacks.length > 0) new Rollouts("rollouts", jobScope(config, stack, projectRoot));
  new PostBuildGate("post-build-gate", {
    stack,
    projectRoot,
    group: fleet.group,
    facts: pulumi.jsonStringify(outputs),
  });
  await inspect(fleet.pin, pinnedVersion);
  if (services) await inspect(services.databaseRuns, (runs) => sameVersion(runs, config.databaseVersion));
  return outputs;
}

function userDataFor(
  config: StackConfig,
  nodes: NodeKind,
  settingsSecretArn: pulumi.Input<string>,
): pulumi.Output<string> {
  // Too long with any ARN is too long with the one that is not known yet.
  nodes.userData(config.licenseSecretArn);
  return derive(pulumi.output(settingsSecretArn), (arn) => nodes.userData(arn));
}

/** Outputs that the program knows by itself. */
const known = (outputs: NodeKind["outputs"]): Partial<ProgramOutputs> =>
  Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, pulumi.output(value)]));

type Tags = Readonly<Record<string, string>>;

function createNetwork(config: StackConfig, name: string, tags: Tags): Network {
  return new Network("network", { name, cidr: config.networkCidr, zones: config.zones, region: region(), tags });
}

function createServices(
  config: StackConfig,
  nodes: NodeKind,
  network: Network,
  access: Access,
  name: string,
  tags: Tags,
): Services {
  const nodesGroupId = access.nodes.id;
  return new Services("services", { ...config, nodes, name, region: region(), network, nodesGroupId, tags });
}

const region = (): string => new pulumi.Config("aws").require("region");

const namesOf = ({ databaseId, bucket, settingsSecretArn }: Services): pulumi.Output<BuiltServices> =>
  derive(pulumi.all([bucket, settingsSecretArn]), ([name, arn]) => ({
    databaseId,
    bucket: name,
    settingsSecretArn: arn,
  }));

function createAccess(config: StackConfig, place: Place, name: string, tags: Tags): Access {
  return new Access("access", {
    name,
    vpcId: place.vpcId(),
    allowedCidrs: config.allowedCidrs,
    withLoadBalancer: config.targetGroupArn === undefined,
    tags,
  });
}

function createIdentity(
  config: StackConfig,
  settingsSecretArn: pulumi.Input<string>,
  services: Services | undefined,
  stack: string,
  tags: Tags,
): Identity {
  const needs = derive(pulumi.all([settingsSecretArn, services?.bucket ?? config.bucket]), ([arn, bucket]) =>
    nodeNeeds({ ...config, settingsSecretArn: arn, bucket }),
  );
  // The partition of any secret of the stack will do, and this one is known beforehand.
  const beforehand = nodeNeeds({ ...config, settingsSecretArn: config.settingsSecretArn ?? config.licenseSecretArn });
  const managedPolicies = nodeManagedPolicies(beforehand);
  return new Identity("identity", {
    name: resourceName(stack, "node"),
    needs,
    managedPolicies,
    permissionsBoundaryArn: config.permissionsBoundaryArn,
    tags,
  });
}

function createEntrypoint(
  config: StackConfig,
  { healthPath }: NodeKind,
  place: Place,
  name: string,
  access: Access | undefined,
  tags: Tags,
): Entrypoint {
  const built = access?.loadBalancer;
  return new Entrypoint("entrypoint", {
    name,
    vpcId: place.vpcId(),
    subnetIds: place.loadBalancerSubnetIds,
    internal: config.loadBalancerInternal,
    // Given groups serve nodes and load balancer alike. Their owner decides what they allow.
    securityGroupIds: built === undefined ? config.securityGroupIds : [built.id],
    certificateArn: required(config, "certificateArn"),
    healthPath: config.healthPath ?? healthPath.path,
    keepsHealthPath: keepsHealthPath(config, healthPath),
    deregistrationDelay: config.deregistrationDelay,
    tags,
  });
}

/** What the jobs in AWS may be narrowed to. */
function jobScope(config: StackConfig, stack: string, projectRoot: string): Scope {
  const runs = parseRunStore(whereRunsAre({ stack, configured: config.runStore, env: {}, projectRoot }));
  return scopeOf(stack, config, runs, { region: region() });
}

/** The job in AWS that repaves the stack. */
function createPatchJob(
  config: StackConfig,
  place: Place,
  access: Access | undefined,
  stack: string,
  projectRoot: string,
  tags: Tags,
): PatchJob {
  const scope = jobScope(config, stack, projectRoot);
  const isPlaced = config.vpcId !== undefined || config.services === "build";
  return new PatchJob("patch-job", {
    ...scope,
    name: jobProject(stack),
    calendar: config.scheduleCalendar,
    timezone: config.scheduleTimezone,
    source: required(config, "scheduleSource"),
    connectionArn: config.scheduleConnectionArn,
    backendUrl: required(config, "scheduleBackendUrl"),
    passphraseSecretArn: config.schedulePassphraseSecretArn,
    operatorPolicy: operatorPolicy(scope),
    permissionsBoundaryArn: config.permissionsBoundaryArn,
    network: isPlaced
      ? { vpcId: place.vpcId(), subnetIds: place.nodeSubnetIds, loadBalancerGroupId: access?.loadBalancer?.id }
      : undefined,
    topicArn: config.notifyTopicArn,
    tags,
  });
}
