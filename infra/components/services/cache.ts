import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { guarded } from "./guarded";

export interface CacheArgs {
  readonly name: string;
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly nodesGroupId: pulumi.Input<string>;
  readonly nodeType: string;
  readonly token: pulumi.Output<string>;
  readonly kmsKeyArn?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export const CACHE_PORT = 6379;

/**
 * Redis in two zones, with TLS and a token. One shard with a replica: Terraform Enterprise on Replicated speaks neither Redis
 * Cluster nor Sentinel.
 */
export class Cache extends pulumi.ComponentResource {
  readonly host: pulumi.Output<string>;

  constructor(name: string, args: CacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tfe:infra:Cache", name, {}, opts);
    const { name: id, tags } = args;
    const subnets = new aws.elasticache.SubnetGroup(
      "cache",
      { name: id, subnetIds: [...args.subnetIds], tags },
      { parent: this, retainOnDelete: true },
    );
    const group = guarded(this, "cache", { ...args, port: CACHE_PORT, description: "Redis of Terraform Enterprise" });
    const redis = new aws.elasticache.ReplicationGroup(
      "cache",
      {
        replicationGroupId: id,
        description: "Terraform Enterprise",
        engine: "redis",
        engineVersion: "7.0",
        nodeType: args.nodeType,
        port: CACHE_PORT,
        numCacheClusters: 2,
        automaticFailoverEnabled: true,
        multiAzEnabled: true,
        subnetGroupName: subnets.name,
        securityGroupIds: [group.id],
        transitEncryptionEnabled: true,
        transitEncryptionMode: "required",
        authToken: args.token,
        atRestEncryptionEnabled: true,
        ...(args.kmsKeyArn === undefined ? {} : { kmsKeyId: args.kmsKeyArn }),
        autoMinorVersionUpgrade: false,
        applyImmediately: false,
        tags,
      },
      { parent: this, protect: true, retainOnDelete: true },
    );
    this.host = redis.primaryEndpointAddress;
    this.registerOutputs({ host: this.host });
  }
}
