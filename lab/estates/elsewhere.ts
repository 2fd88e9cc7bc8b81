/** What fleets have in common that somebody else's code built: of all of it, no stack of ours knows anything. */
import { createHash } from "node:crypto";
import type { RegionApi } from "../region/api";
import { DEFAULTS, emptyVerdict } from "../region/defaults";
import type { RegionState, Tags } from "../region/model";

/** A fleet that somebody else's code built, as it stands in a new lab. */
export interface Elsewhere {
  readonly groupName: string;
  /** Builds all of it in a new region, except for the time that passes until it serves. */
  build(region: RegionApi): void;
  /** What the file of a stack says that takes it over, and nobody can read from the fleet, by key without the project's name. */
  readonly stackKeys: Readonly<Record<string, unknown>>;
}

/** What the makers of the three kinds decide differently. */
export interface Making {
  readonly groupName: string;
  readonly capacity: { readonly min: number; readonly max: number; readonly desired: number };
  readonly templateName: string;
  /** `$Latest`, `$Default` or a number. */
  readonly templateVersion: string;
  readonly instanceType: string;
  readonly rootVolumeGb: number;
  /** Base64. */
  readonly userData: string;
  readonly healthCheckGracePeriod: number;
  readonly balancer: { readonly name: string; readonly type: "application" | "network" };
  readonly targets: {
    readonly name: string;
    readonly protocol: string;
    readonly healthCheck: NonNullable<Parameters<RegionApi["createTargetGroup"]>[0]["healthCheck"]>;
  };
  /** Names of security groups: of the nodes, and of the load balancer. */
  readonly securityGroups: { readonly nodes: string; readonly balancer: string };
  /** Name of the nodes' role and of its instance profile. */
  readonly role: { readonly name: string; readonly policies: readonly string[] };
  /** ARN -> value. Nothing else is in Secrets Manager. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly database: { readonly id: string; readonly clusterId?: string; readonly backupRetentionPeriod: number };
  readonly bucket: string;
  readonly redis: string;
  readonly tags: Tags;
}

const NODES = 2;

export const FULL = { min: NODES, max: NODES, desired: NODES };

/** A secret's ARN by its name. */
export const secretArn = (name: string, suffix: string): string =>
  `arn:aws:secretsmanager:${DEFAULTS.region}:${DEFAULTS.accountId}:secret:${name}-${suffix}`;

const iamArn = (kind: string, name: string): string => `arn:aws:iam::${DEFAULTS.accountId}:${kind}/${name}`;

/** What every maker's nodes need so that they can be reached without a key. */
export const SSM_POLICY = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";

/** An id that is the same in every lab. */
const groupId = (name: string): string => `sg-0${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;

/** Builds a fleet of this making. The region is new: what every lab has of services is replaced by the fleet's own. */
export function make(region: RegionApi, making: Making): void {
  const { state } = region;
  const { role, securityGroups, balancer, targets, tags } = making;
  state.secrets = { ...making.secrets };
  state.dbInstances = [
    {
      id: making.database.id,
      engineVersion: "14.15",
      backupRetentionPeriod: making.database.backupRetentionPeriod,
      ...(making.database.clusterId === undefined ? {} : { clusterId: making.database.clusterId }),
    },
  ];
  state.buckets = { [making.bucket]: {}, [DEFAULTS.runsBucket]: {} };
  keepInert(state, making);

  const front = region.createLoadBalancer({
    name: balancer.name,
    type: balancer.type,
    internal: true,
    subnetIds: [...DEFAULTS.subnetIds],
    securityGroups: [groupId(securityGroups.balancer)],
    tags,
  });
  const behind = region.createTargetGroup({
    name: targets.name,
    port: 443,
    protocol: targets.protocol,
    vpcId: DEFAULTS.vpcId,
    healthCheck: targets.healthCheck,
    tags,
  });
  const isHttp = balancer.type === "application";
  region.createListener({
    loadBalancerArn: front.arn,
    port: 443,
    protocol: isHttp ? "HTTPS" : "TCP",
    targetGroupArn: behind.arn,
    ...(isHttp ? { certificateArn: DEFAULTS.certificateArn } : {}),
  });

  const template = region.createLaunchTemplate({
    name: making.templateName,
    tags,
    version: {
      imageId: DEFAULTS.images.older,
      instanceType: making.instanceType,
      userData: making.userData,
      instanceTags: tags,
      data: {
        IamInstanceProfile: { Name: role.name },
        SecurityGroupIds: [groupId(securityGroups.nodes)],
        MetadataOptions: { HttpEndpoint: "enabled", HttpTokens: "required", HttpPutResponseHopLimit: 2 },
        BlockDeviceMappings: [
          {
            DeviceName: "/dev/sda1",
            Ebs: {
              Encrypted: true,
              VolumeType: "gp2",
              VolumeSize: making.rootVolumeGb,
              DeleteOnTermination: true,
            },
          },
        ],
      },
    },
  });
  region.createGroup({
    name: making.groupName,
    ...making.capacity,
    launchTemplateId: template.id,
    launchTemplateVersion: making.templateVersion,
    subnetIds: DEFAULTS.subnetIds,
    targetGroupArns: [behind.arn],
    healthCheckType: "ELB",
    healthCheckGracePeriod: making.healthCheckGracePeriod,
    tags: Object.entries(tags).map(([key, value]) => ({ key, value, propagateAtLaunch: false })),
  });
  // How these fleets are made is not the product's doing: what the witness saw of it counts for nobody.
  state.verdict = emptyVerdict();
}

/** Resources that have no behaviour here, as the provider would keep them. */
function keepInert(state: RegionState, { role, securityGroups, redis, tags }: Making): void {
  const path = { path: "/", tags };
  const groups = [securityGroups.nodes, securityGroups.balancer].map((name) => ({
    id: groupId(name),
    name,
    vpcId: DEFAULTS.vpcId,
    tags,
  }));
  const byId = (
    kept: readonly (Readonly<Record<string, unknown>> & { readonly id: string })[],
  ): (typeof state.inert)[string] => Object.fromEntries(kept.map((each) => [each.id, { ...each }]));
  state.inert = {
    "aws:iam/role:Role": byId([{ id: role.name, name: role.name, arn: iamArn("role", role.name), ...path }]),
    "aws:iam/instanceProfile:InstanceProfile": byId([
      { id: role.name, name: role.name, role: role.name, arn: iamArn("instance-profile", role.name), ...path },
    ]),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": byId(
      role.policies.map((policyArn) => ({ id: `${role.name}-${policyArn}`, role: role.name, policyArn })),
    ),
    "aws:ec2/securityGroup:SecurityGroup": byId(groups),
    "aws:elasticache/replicationGroup:ReplicationGroup": byId([
      { id: redis, replicationGroupId: redis, primaryEndpointAddress: DEFAULTS.hosts.redis, engine: "redis", tags },
    ]),
  };
}

/** What every lab has beside the fleet: no fleet knows of it. */
export const BESIDE: Readonly<Record<string, unknown>> = {
  imageParameter: DEFAULTS.imageParameter,
  notifyTopicArn: DEFAULTS.topicArn,
};
