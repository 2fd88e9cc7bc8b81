import { sameVersion } from "../../../infra/components/services/database";
import { VARIABLES } from "../../../infra/nodes/fdo/environment";
import type { ProgramOutputs } from "../../../infra/program";
import { type Declaration, type Declared, parentType, type Setting } from "../../support/pulumi";
import { declareStack, STACK_TAGS } from "../../support/stack";
import { SECRET_ARNS } from "../../support/stackConfig";

const T = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  route: "aws:ec2/route:Route",
  nat: "aws:ec2/natGateway:NatGateway",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  defaultGroup: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  database: "aws:rds/instance:Instance",
  parameters: "aws:rds/parameterGroup:ParameterGroup",
  cache: "aws:elasticache/replicationGroup:ReplicationGroup",
  bucket: "aws:s3/bucket:Bucket",
  versioning: "aws:s3/bucketVersioning:BucketVersioning",
  encryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  shut: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  secret: "aws:secretsmanager/secret:Secret",
  secretVersion: "aws:secretsmanager/secretVersion:SecretVersion",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  group: "aws:autoscaling/group:Group",
  template: "aws:ec2/launchTemplate:LaunchTemplate",
  loadBalancer: "aws:lb/loadBalancer:LoadBalancer",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
} as const;

let asItIs: Promise<Declaration<ProgramOutputs>> | undefined;

/** The stack; without a change it is declared once for all tests. */
const built = (change?: Record<string, string>): Promise<Declaration<ProgramOutputs>> =>
  change === undefined ? (asItIs ??= declared({})) : declared(change);

const declared = (
  change: Record<string, string>,
  observed: NonNullable<Setting["observed"]> = {},
): Promise<Declaration<ProgramOutputs>> =>
  declareStack(
    {
      services: "build",
      zones: '["eu-central-1a","eu-central-1b"]',
      vpcId: undefined,
      nodeSubnetIds: undefined,
      settingsSecretArn: undefined,
      allowedCidrs: '["10.9.0.0/16"]',
      ...change,
    },
    { observed },
  );

/** The wrapper of a secret input, as the SDK sends it. */
const SECRET = "4dabf18193072939515e22adb298388d";
const revealed = (input: unknown): string => {
  expect(input).toHaveProperty(SECRET, "1b47061264138c4ac30d75fd1eb44270");
  return (input as { readonly value: string }).value;
};

const named = ({ of }: Declaration<ProgramOutputs>, type: string, name: string): Declared => {
  const found = of(type).find((resource) => resource.name === name);
  if (!found) throw new Error(`no ${type} named ${name}`);
  return found;
};

const nameOf = ({ type, name }: Declared): string => `${type} ${name}`;

/** By id, ARN or name: as the inputs of the one have it. Names are shared by the kinds, so the key must be of the other's kind. */
function refersTo(one: Declared, other: Declared): boolean {
  const [id, arn] = [`${other.name}-id`, `arn:${other.type}:${other.name}`];
  const kind = other.type.split(":").at(-1) ?? "";
  const holds = (key: string, value: unknown): boolean => {
    if (Array.isArray(value)) return value.some((each) => holds(key, each));
    if (typeof value === "object" && value !== null)
      return Object.entries(value).some(([below, each]) => holds(below, each));
    if (value === arn) return true;
    if (value === id) return key.toLowerCase().replace(/ids?$/, "").endsWith(keyOf(kind));
    return kind === "ParameterGroup" && key === "parameterGroupName" && value === other.inputs["name"];
  };
  const isSubnetGroup = kind === "SubnetGroup" && one.type.split("/")[0] === other.type.split("/")[0];
  return (
    Object.entries(one.inputs).some(([key, value]) => holds(key, value)) ||
    (isSubnetGroup && Object.keys(one.inputs).some((key) => /subnetGroupName$/i.test(key)))
  );
}

/** How inputs call a kind: `securityGroupIds`, `subnetId`, `vpcId`. */
const keyOf = (kind: string): string => kind.toLowerCase();

describe("the whole build", () => {
  it("lets nobody in from everywhere, and no one but the nodes to the data", async () => {
    const stack = await built();
    const ingress = stack.of(T.ingress).map(({ name, inputs }): Record<string, unknown> => ({ name, ...inputs }));
    expect(ingress.filter((rule) => JSON.stringify(rule).includes("0.0.0.0/0"))).toEqual([]);
    expect(ingress).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: "database-from-nodes",
          securityGroupId: "database-id",
          fromPort: 5432,
          toPort: 5432,
          referencedSecurityGroupId: "nodes-id",
        }),
        expect.objectContaining({
          name: "cache-from-nodes",
          securityGroupId: "cache-id",
          fromPort: 6379,
          toPort: 6379,
          referencedSecurityGroupId: "nodes-id",
        }),
      ]),
    );
    const ofData = ingress.filter((rule) => ["database-id", "cache-id"].includes(String(rule["securityGroupId"])));
    expect(ofData).toHaveLength(2);
    const outward = stack.of(T.egress).map(({ inputs }) => inputs["securityGroupId"]);
    expect(outward).not.toContain("database-id");
    expect(stack.only(T.defaultGroup).inputs).toEqual({ vpcId: "network-id", tags: STACK_TAGS });
  });

  it("has a subnet of each kind in each zone, and each private one its own zone's way out", async () => {
    const stack = await built();
    expect(stack.only(T.vpc).inputs).toEqual({
      cidrBlock: "10.0.0.0/16",
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: STACK_TAGS,
    });
    expect(
      stack.of(T.subnet).map(({ name, inputs }) => [name, inputs["cidrBlock"], inputs["mapPublicIpOnLaunch"]]),
    ).toEqual([
      ["public-eu-central-1a", "10.0.128.0/20", false],
      ["public-eu-central-1b", "10.0.144.0/20", false],
      ["private-eu-central-1a", "10.0.0.0/20", false],
      ["private-eu-central-1b", "10.0.16.0/20", false],
    ]);
    expect(stack.of(T.nat).map(({ inputs }) => inputs["subnetId"])).toEqual([
      "public-eu-central-1a-id",
      "public-eu-central-1b-id",
    ]);
    expect(
      stack.of(T.route).map(({ inputs }) => [inputs["routeTableId"], inputs["natGatewayId"] ?? inputs["gatewayId"]]),
    ).toEqual([
      ["public-id", "internet-id"],
      ["private-eu-central-1a-id", "nat-eu-central-1a-id"],
      ["private-eu-central-1b-id", "nat-eu-central-1b-id"],
    ]);
    expect(stack.only(T.endpoint).inputs).toMatchObject({
      serviceName: "com.amazonaws.eu-central-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: ["private-eu-central-1a-id", "private-eu-central-1b-id"],
    });
  });

  it("puts the nodes into the private subnets, and the load balancer where its users are", async () => {
    const inner = ["private-eu-central-1a-id", "private-eu-central-1b-id"];
    const internal = await built();
    expect(internal.only(T.group).inputs["vpcZoneIdentifiers"]).toEqual(inner);
    expect(internal.only(T.loadBalancer).inputs["subnets"]).toEqual(inner);
    const facing = await built({ loadBalancerInternal: "false" });
    expect(facing.only(T.group).inputs["vpcZoneIdentifiers"]).toEqual(inner);
    expect(facing.only(T.loadBalancer).inputs["subnets"]).toEqual([
      "public-eu-central-1a-id",
      "public-eu-central-1b-id",
    ]);
  });

  it("has a PostgreSQL in two zones, backed up, encrypted, and protected from deletion", async () => {
    const { inputs } = (await built()).only(T.database);
    const { password, ...rest } = inputs;
    expect(revealed(password)).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toEqual({
      identifier: "tfe-test",
      engine: "postgres",
      engineVersion: "14",
      instanceClass: "db.m5.xlarge",
      allocatedStorage: 100,
      maxAllocatedStorage: 400,
      storageType: "gp3",
      storageEncrypted: true,
      dbName: "tfe",
      username: "tfe",
      port: 5432,
      dbSubnetGroupName: "tfe-test",
      vpcSecurityGroupIds: ["database-id"],
      parameterGroupName: "tfe-test-postgres14",
      publiclyAccessible: false,
      multiAz: true,
      backupRetentionPeriod: 14,
      deleteAutomatedBackups: false,
      copyTagsToSnapshot: true,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "tfe-test-final",
      autoMinorVersionUpgrade: false,
      applyImmediately: false,
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      tags: STACK_TAGS,
    });
    expect((await built()).only(T.parameters).inputs).toMatchObject({
      family: "postgres14",
      parameters: [{ name: "rds.force_ssl", value: "1" }],
    });
  });

  it("has a Redis with a replica in another zone, TLS and a token", async () => {
    const { authToken, ...rest } = (await built()).only(T.cache).inputs;
    expect(revealed(authToken)).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toEqual({
      replicationGroupId: "tfe-test",
      description: "Terraform Enterprise",
      engine: "redis",
      engineVersion: "7.0",
      nodeType: "cache.m5.large",
      port: 6379,
      numCacheClusters: 2,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      subnetGroupName: "tfe-test",
      securityGroupIds: ["cache-id"],
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      atRestEncryptionEnabled: true,
      autoMinorVersionUpgrade: false,
      applyImmediately: false,
      tags: STACK_TAGS,
    });
  });

  it("has a bucket that keeps every version, is encrypted, and shut to the public and to plain HTTP", async () => {
    const stack = await built();
    expect(stack.only(T.bucket).inputs).toEqual({ bucketPrefix: "tfe-test-", forceDestroy: false, tags: STACK_TAGS });
    expect(stack.only(T.versioning).inputs["versioningConfiguration"]).toEqual({ status: "Enabled" });
    expect(stack.only(T.encryption).inputs["rules"]).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, bucketKeyEnabled: false },
    ]);
    expect(stack.only(T.shut).inputs).toEqual({
      bucket: "objects-id",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const policy: unknown = JSON.parse(String(stack.only(T.bucketPolicy).inputs["policy"]));
    expect(policy).toMatchObject({
      Statement: [{ Effect: "Deny", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } }],
    });
  });

  it("makes passwords once and keeps them, and gives everything the same ones", async () => {
    const stack = await built();
    const credentials = named(stack, T.secretVersion, "credentials");
    expect(credentials.options.ignoreChanges).toEqual(["secretString"]);
    const made = JSON.parse(revealed(credentials.inputs["secretString"])) as Record<string, string>;
    expect(new Set(Object.values(made)).size).toBe(3);
    expect(revealed(stack.only(T.database).inputs["password"])).toBe(made["databasePassword"]);
    expect(revealed(stack.only(T.cache).inputs["authToken"])).toBe(made["cacheToken"]);
    const settings: unknown = JSON.parse(revealed(named(stack, T.secretVersion, "settings").inputs["secretString"]));
    expect(settings).toMatchObject({
      hostname: "tfe.example.com",
      enc_password: made["encryptionPassword"],
      pg_dbname: "tfe",
      pg_user: "tfe",
      pg_password: made["databasePassword"],
      pg_extra_params: "sslmode=require",
      redis_port: "6379",
      redis_use_password_auth: "1",
      redis_pass: made["cacheToken"],
      redis_use_tls: "1",
      placement: "placement_s3",
      aws_instance_profile: "1",
      s3_region: "eu-central-1",
      s3_sse: "AES256",
    });
  });

  it("gives nodes with a container the same, by the names of its variables", async () => {
    const stack = await declared(
      { releaseSequence: "", imageTag: "1.2.2", hostname: "tfe.example.com:8443" },
      {
        [T.database]: { endpoint: "db.internal:5432" },
        [T.cache]: { primaryEndpointAddress: "redis.internal" },
        [T.bucket]: { bucket: "tfe-objects-1" },
      },
    );
    const made = JSON.parse(revealed(named(stack, T.secretVersion, "credentials").inputs["secretString"])) as Record<
      string,
      string
    >;
    const settings: unknown = JSON.parse(revealed(named(stack, T.secretVersion, "settings").inputs["secretString"]));
    expect(settings).toEqual({
      TFE_ENCRYPTION_PASSWORD: made["encryptionPassword"],
      TFE_DATABASE_HOST: "db.internal:5432",
      TFE_DATABASE_NAME: "tfe",
      TFE_DATABASE_USER: "tfe",
      TFE_DATABASE_PASSWORD: made["databasePassword"],
      TFE_DATABASE_PARAMETERS: "sslmode=require",
      TFE_REDIS_HOST: "redis.internal:6379",
      TFE_REDIS_USE_AUTH: "true",
      TFE_REDIS_PASSWORD: made["cacheToken"],
      TFE_REDIS_USE_TLS: "true",
      TFE_OBJECT_STORAGE_TYPE: "s3",
      TFE_OBJECT_STORAGE_S3_BUCKET: "tfe-objects-1",
      TFE_OBJECT_STORAGE_S3_REGION: "eu-central-1",
      TFE_OBJECT_STORAGE_S3_USE_INSTANCE_PROFILE: "true",
      TFE_OBJECT_STORAGE_S3_SERVER_SIDE_ENCRYPTION: "AES256",
    });
    // What a node would refuse at boot, or what the stack would not publish, is not in it by mistake.
    expect(Object.keys(settings as object).filter((name) => VARIABLES[name] === undefined)).toEqual([]);
  });

  it("shows no password in an output, in user data, or in an input that is not secret", async () => {
    const stack = await built();
    const made = Object.values(
      JSON.parse(revealed(named(stack, T.secretVersion, "credentials").inputs["secretString"])) as Record<
        string,
        string
      >,
    );
    const plain = (value: unknown): unknown =>
      typeof value === "object" && value !== null
        ? SECRET in value
          ? "secret"
          : Object.fromEntries(Object.entries(value).map(([key, below]) => [key, plain(below)]))
        : value;
    const shown = JSON.stringify([stack.resources.map(({ inputs }) => plain(inputs)), stack.outputs]);
    expect(made.filter((password) => shown.includes(password))).toEqual([]);
    expect(stack.secretOutputs).toEqual([]);
  });

  it("protects from deletion what cannot be made again, and leaves it in AWS even where the stack forgets it", async () => {
    const stack = await built();
    const isData = ({ type }: Declared): boolean =>
      /^aws:(rds\/instance|elasticache\/rep|s3\/bucket:|secretsm)/.test(type);
    const data = stack.resources.filter(isData);
    expect(data).toHaveLength(7);
    expect(data.filter(({ options }) => options.protect !== true || options.retainOnDelete !== true)).toEqual([]);
    const place = [...stack.of(T.vpc), ...stack.of(T.subnet), ...stack.of(T.versioning), ...stack.of(T.shut)];
    expect(place.filter(({ options }) => options.protect !== true)).toEqual([]);
    expect(stack.of(T.secret).map(({ inputs }) => inputs["recoveryWindowInDays"])).toEqual([30, 30]);
  });

  it("leaves in AWS whatever something retained refers to: AWS deletes nothing that is in use", async () => {
    const { resources } = await built();
    const retained = resources.filter(({ options }) => options.retainOnDelete === true);
    const deleted = resources.filter(({ options, type }) => options.retainOnDelete !== true && type.startsWith("aws:"));
    const broken = retained.flatMap((kept) =>
      deleted.filter((gone) => refersTo(kept, gone)).map((gone) => `${nameOf(kept)} refers to ${nameOf(gone)}`),
    );
    expect(broken).toEqual([]);
    expect(retained.map(nameOf)).toEqual(
      expect.arrayContaining([
        `${T.vpc} network`,
        `${T.subnet} private-eu-central-1a`,
        `${T.parameters} postgres14`,
        "aws:rds/subnetGroup:SubnetGroup database",
        "aws:elasticache/subnetGroup:SubnetGroup cache",
        "aws:ec2/securityGroup:SecurityGroup database",
        "aws:ec2/securityGroup:SecurityGroup cache",
      ]),
    );
    // The nodes and what they alone use do go.
    expect(deleted.map(nameOf)).toEqual(
      expect.arrayContaining([`${T.group} nodes`, `${T.nat} nat-eu-central-1a`, `${T.loadBalancer} load-balancer`]),
    );
  });

  it("refuses another major version of PostgreSQL than the database runs, and says what to do", () => {
    expect(sameVersion("14", 14)).toBe(14);
    expect(sameVersion("14.12", 14)).toBe(14);
    for (const [runs, configured] of [
      ["14.12", 15],
      ["15.3", 14],
    ] as const) {
      const major = runs.slice(0, 2);
      expect(() => sameVersion(runs, configured)).toThrow(
        new RegExp(
          `runs PostgreSQL ${runs}, and tfe:databaseVersion is ${configured}\\.[^]*Set tfe:databaseVersion to ${major}`,
        ),
      );
    }
  });

  it("never sends another version to a database that is there", async () => {
    expect((await built()).only(T.database).options.ignoreChanges).toEqual(["engineVersion"]);
  });

  it("uses the given key for everything that it encrypts", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/1";
    const stack = await built({ kmsKeyArn });
    const keys = [T.database, T.cache, T.secret]
      .flatMap((type) => stack.of(type))
      .map(({ inputs }) => inputs["kmsKeyId"]);
    expect(keys).toEqual([kmsKeyArn, kmsKeyArn, kmsKeyArn, kmsKeyArn]);
    expect(stack.only(T.encryption).inputs["rules"]).toEqual([
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
        bucketKeyEnabled: true,
      },
    ]);
  });

  it("lets the nodes read what was built, tells the orchestrator its names, and launches no node before it is there", async () => {
    const stack = await built();
    const settings = "arn:aws:secretsmanager/secret:Secret:settings";
    expect(stack.outputs.services).toMatchObject({ databaseId: "tfe-test", settingsSecretArn: settings });
    expect(String(stack.only(T.rolePolicy).inputs["policy"])).toContain(settings);
    expect(String(stack.only(T.rolePolicy).inputs["policy"])).toContain(SECRET_ARNS.license);
    const after = stack.only(T.group).options.dependsOn as readonly {
      readonly constructor: { readonly name: string };
    }[];
    expect(after.map(({ constructor: { name } }) => name)).toContain("Services");
  });

  it("has each resource under the component of its noun", async () => {
    const stack = await built();
    const parents = [T.vpc, T.subnet, T.nat, T.database, T.cache, T.bucket, T.secret].map(
      (type) => [type, [...new Set(stack.of(type).map((resource) => parentType(resource)))]] as const,
    );
    expect(Object.fromEntries(parents)).toEqual({
      [T.vpc]: ["tfe:infra:Network"],
      [T.subnet]: ["tfe:infra:Network"],
      [T.nat]: ["tfe:infra:Network"],
      [T.database]: ["tfe:infra:Database"],
      [T.cache]: ["tfe:infra:Cache"],
      [T.bucket]: ["tfe:infra:ObjectStore"],
      [T.secret]: ["tfe:infra:Credentials", "tfe:infra:Services"],
    });
  });

  it("builds none of it where everything is given", async () => {
    const { resources } = await declareStack();
    expect(resources.filter(({ type }) => /rds|elasticache|s3|secretsmanager|vpc:Vpc/.test(type))).toEqual([]);
  });
});
