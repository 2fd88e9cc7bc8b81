import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Cache, CACHE_PORT } from "./cache";
import { Credentials } from "./credentials";
import { Database, DATABASE_NAME, DATABASE_USER } from "./database";
import type { Network } from "./network";
import { ObjectStore } from "./objectStore";

export interface ServicesArgs {
  readonly name: string;
  readonly hostname: string;
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
    this.bucket = objects.bucket;
    this.settingsSecretArn = this.keep(this.settings(values, database, cache, objects));
    this.registerOutputs({ settingsSecretArn: this.settingsSecretArn });
  }

  /** `ptfe-settings.json`, as far as the services decide it; `appConfig` adds the rest on the node. */
  private settings(
    values: Credentials["values"],
    database: Database,
    cache: Cache,
    objects: ObjectStore,
  ): pulumi.Output<string> {
    const { hostname, region, kmsKeyArn } = this.args;
    return pulumi.secret(
      pulumi.jsonStringify({
        hostname: hostname.replace(/:\d+$/, ""),
        installation_type: "production",
        production_type: "external",
        enc_password: values.encryptionPassword,
        pg_netloc: database.endpoint,
        pg_dbname: DATABASE_NAME,
        pg_user: DATABASE_USER,
        pg_password: values.databasePassword,
        pg_extra_params: "sslmode=require",
        redis_host: cache.host,
        redis_port: String(CACHE_PORT),
        redis_use_password_auth: "1",
        redis_pass: values.cacheToken,
        redis_use_tls: "1",
        placement: "placement_s3",
        aws_instance_profile: "1",
        s3_bucket: objects.bucket,
        s3_region: region,
        ...(kmsKeyArn === undefined ? { s3_sse: "AES256" } : { s3_sse: "aws:kms", s3_sse_kms_key_id: kmsKeyArn }),
      }),
    );
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
