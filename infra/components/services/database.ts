import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { guarded } from "./guarded";

export interface DatabaseArgs {
  readonly name: string;
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly nodesGroupId: pulumi.Input<string>;
  /** Major version of PostgreSQL. */
  readonly version: number;
  readonly instanceClass: string;
  readonly storageGb: number;
  readonly password: pulumi.Output<string>;
  readonly kmsKeyArn?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export const DATABASE_PORT = 5432;
export const DATABASE_USER = "tfe";
export const DATABASE_NAME = "tfe";

/**
 * PostgreSQL in two zones, backed up, encrypted, and protected from deletion: a failed migration is undone with it. What it needs
 * is retained with it when the stack is destroyed: AWS deletes nothing that is in use.
 */
export class Database extends pulumi.ComponentResource {
  readonly id: string;
  readonly endpoint: pulumi.Output<string>;
  /** Version of PostgreSQL: see `sameVersion`. */
  readonly runs: pulumi.Output<string>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tfe:infra:Database", name, {}, opts);
    const { name: identifier, tags } = args;
    const subnets = new aws.rds.SubnetGroup(
      "database",
      { name: identifier, subnetIds: [...args.subnetIds], tags },
      { parent: this, retainOnDelete: true },
    );
    const group = guarded(this, "database", {
      ...args,
      port: DATABASE_PORT,
      description: "Database of Terraform Enterprise",
    });
    const parameters = new aws.rds.ParameterGroup(
      `postgres${args.version}`,
      {
        name: `${identifier}-postgres${args.version}`,
        family: `postgres${args.version}`,
        description: "Terraform Enterprise: no connection without TLS",
        parameters: [{ name: "rds.force_ssl", value: "1" }],
        tags,
      },
      { parent: this, retainOnDelete: true },
    );
    const instance = new aws.rds.Instance(
      "database",
      {
        identifier,
        engine: "postgres",
        engineVersion: String(args.version),
        instanceClass: args.instanceClass,
        allocatedStorage: args.storageGb,
        maxAllocatedStorage: args.storageGb * 4,
        storageType: "gp3",
        storageEncrypted: true,
        ...(args.kmsKeyArn === undefined ? {} : { kmsKeyId: args.kmsKeyArn }),
        dbName: DATABASE_NAME,
        username: DATABASE_USER,
        password: args.password,
        port: DATABASE_PORT,
        dbSubnetGroupName: subnets.name,
        vpcSecurityGroupIds: [group.id],
        parameterGroupName: parameters.name,
        publiclyAccessible: false,
        multiAz: true,
        backupRetentionPeriod: 14,
        deleteAutomatedBackups: false,
        copyTagsToSnapshot: true,
        deletionProtection: true,
        skipFinalSnapshot: false,
        finalSnapshotIdentifier: `${identifier}-final`,
        // An upgrade of the engine restarts it: that is somebody's decision, and not in the middle of a run.
        autoMinorVersionUpgrade: false,
        applyImmediately: false,
        enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
        tags,
      },
      // The version is the first build's. The program refuses another one unless it was made in AWS.
      { parent: this, protect: true, retainOnDelete: true, ignoreChanges: ["engineVersion"] },
    );
    this.id = identifier;
    this.endpoint = instance.endpoint;
    this.runs = instance.engineVersion;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/**
 * The version that the database runs. Throws where the stack says another one: a new major version restarts the database for
 * minutes and cannot be undone, and the provider would stop half-way.
 */
export function sameVersion(runs: string, configured: number): number {
  const major = Number.parseInt(runs, 10);
  if (major === configured) return major;
  throw new Error(
    `The database runs PostgreSQL ${runs}, and tfe:databaseVersion is ${configured}. The stack does not upgrade a database. ` +
      `Nothing was changed. Set tfe:databaseVersion to ${major}. To upgrade the database, follow "A new version of ` +
      'PostgreSQL" in docs/configuration.md. If that is done, run `pulumi refresh` and repeat the command.',
  );
}
