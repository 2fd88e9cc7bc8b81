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

/** PostgreSQL in two zones, backed up, encrypted, and protected from deletion: a failed migration is undone with it. */
export class Database extends pulumi.ComponentResource {
  readonly id: string;
  readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tfe:infra:Database", name, {}, opts);
    const { name: identifier, tags } = args;
    const subnets = new aws.rds.SubnetGroup(
      "database",
      { name: identifier, subnetIds: [...args.subnetIds], tags },
      { parent: this },
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
      { parent: this },
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
      { parent: this, protect: true, retainOnDelete: true },
    );
    this.id = identifier;
    this.endpoint = instance.endpoint;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
