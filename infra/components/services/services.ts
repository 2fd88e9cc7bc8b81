import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { NodeKind } from "../../nodes/kind";
import { Cache, CACHE_PORT } from "./cache";
import { Credentials } from "./credentials";
import { Database, DATABASE_NAME, DATABASE_USER } from "./database";
import type { Network } from "./network";
import { ObjectStore } from "./objectStore";

export interface ServicesArgs {
  readonly name: string;
  readonly hostname: string;
  /** What the nodes call the settings that lead them here. */
  readonly nodes: Pick<NodeKind, "serviceSettings">;
  readonly region: string;
  readonly network: Pick<Network, "vpcId" | "privateSubnetIds">;
  /** Security group of the nodes: nobody else reaches what is built here. */
  readonly nodesGroupId: pulumi.Input<string>;
  readonly databaseVersion: number;
  readonly databaseClass: string;
  readonly databaseStorageGb: number;
  readonly cacheNodeType: string;
  readonly kmsKeyArn?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** What the nodes need to be there: PostgreSQL, Redis, the bucket, and the settings that lead to them. */
export class Services extends pulumi.ComponentResource {
  readonly databaseId: string;
  readonly databaseRuns: Database["runs"];
  readonly bucket: pulumi.Output<string>;
  readonly settingsSecretArn: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly args: ServicesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("tfe:infra:Services", name, {}, opts);
    const { network, nodesGroupId, kmsKeyArn, tags } = args;
    const within = { name: args.name, vpcId: network.vpcId, subnetIds: network.privateSubnetIds, nodesGroupId };
    const shared = { kmsKeyArn, tags };
    const parent = { parent: this };

    const { values } = new Credentials("credentials", { name: args.name, ...shared }, parent);
    const database = new Database(
      "database",
      {
        ...within,
        ...shared,
        version: args.databaseVersion,
        instanceClass: args.databaseClass,
        storageGb: args.databaseStorageGb,
        password: values.databasePassword,
      },
      parent,
    );
    const cache = new Cache(
      "cache",
      { ...within, ...shared, nodeType: args.cacheNodeType, token: values.cacheToken },
      parent,
    );
    const objects = new ObjectStore("objects", { name: args.name, ...shared }, parent);

    this.databaseId = database.id;
    this.databaseRuns = database.runs;
    this.bucket = objects.bucket;
    this.settingsSecretArn = this.keep(this.settings(values, database, cache, objects));
    this.registerOutputs({ settingsSecretArn: this.settingsSecretArn });
  }

  /** The settings secret, as far as the services decide it. */
  private settings(
    values: Credentials["values"],
    { endpoint }: Database,
    { host }: Cache,
    { bucket }: ObjectStore,
  ): pulumi.Output<string> {
    const { hostname, nodes, region, kmsKeyArn } = this.args;
    const settings = nodes.serviceSettings<pulumi.Output<string>>({
      hostname: hostname.replace(/:\d+$/, ""),
      region,
      encryptionPassword: values.encryptionPassword,
      database: { endpoint, name: DATABASE_NAME, user: DATABASE_USER, password: values.databasePassword },
      cache: { host, port: CACHE_PORT, endpoint: pulumi.interpolate`${host}:${CACHE_PORT}`, token: values.cacheToken },
      bucket,
      kmsKeyArn,
    });
    return pulumi.secret(pulumi.jsonStringify(settings));
  }

  private keep(settings: pulumi.Output<string>): pulumi.Output<string> {
    const { kmsKeyArn } = this.args;
    const options = { parent: this, protect: true, retainOnDelete: true } as const;
    const secret = new aws.secretsmanager.Secret(
      "settings",
      {
        name: `${this.args.name}/settings`,
        description: "Settings of Terraform Enterprise",
        recoveryWindowInDays: 30,
        ...(kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn }),
        tags: this.args.tags,
      },
      options,
    );
    new aws.secretsmanager.SecretVersion("settings", { secretId: secret.id, secretString: settings }, options);
    return secret.arn;
  }
}
