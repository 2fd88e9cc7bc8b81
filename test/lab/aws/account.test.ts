import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CreateDBSnapshotCommand, DescribeDBInstancesCommand, DescribeDBSnapshotsCommand } from "@aws-sdk/client-rds";
import { DescribeSecretCommand, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand, GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { DescribeAccountLimitsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { ListDocumentsCommand } from "@aws-sdk/client-ssm";
import { DEFAULTS } from "../../../lab/region/defaults";
import { bench, type Bench } from "./clients";

const run = promisify(execFile);

describe("the account through the SDK", () => {
  let lab: Bench;
  beforeEach(async () => (lab = await bench(0)));
  afterEach(() => lab.close());

  it("says who is asking", async () => {
    expect(await lab.sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: DEFAULTS.accountId,
      Arn: `arn:aws:iam::${DEFAULTS.accountId}:user/lab`,
    });
  });

  it("shows the database's backups and takes a snapshot, which needs its time", async () => {
    const { DBInstances } = await lab.rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: DEFAULTS.databaseId }),
    );
    expect(DBInstances).toMatchObject([{ DBInstanceStatus: "available", BackupRetentionPeriod: 7 }]);
    expect(DBInstances?.[0]?.LatestRestorableTime).toBeInstanceOf(Date);

    const snapshot = { DBSnapshotIdentifier: "before-642" };
    const Tags = [{ Key: "run", Value: "r1" }];
    await lab.rds.send(new CreateDBSnapshotCommand({ ...snapshot, DBInstanceIdentifier: DEFAULTS.databaseId, Tags }));
    const shown = () => lab.rds.send(new DescribeDBSnapshotsCommand(snapshot));
    expect((await shown()).DBSnapshots).toMatchObject([{ Status: "creating", TagList: Tags }]);
    lab.region.advance(lab.region.state.now + 600_000);
    expect((await shown()).DBSnapshots).toMatchObject([{ Status: "available", PercentProgress: 100 }]);
  });

  it("answers for databases and snapshots that are not there with RDS's own errors", async () => {
    await expect(lab.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "none" }))).rejects.toMatchObject({
      name: "DBInstanceNotFoundFault",
    });
    await expect(lab.rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: "none" }))).rejects.toMatchObject({
      name: "DBSnapshotNotFoundFault",
    });
  });

  it("gives a secret by ARN and by name", async () => {
    const byArn = await lab.secrets.send(new GetSecretValueCommand({ SecretId: DEFAULTS.secrets.license }));
    expect(byArn).toMatchObject({ ARN: DEFAULTS.secrets.license, Name: "tfe-lab/license" });
    const byName = await lab.secrets.send(new GetSecretValueCommand({ SecretId: "tfe-lab/license" }));
    expect(byName.SecretString).toBe(byArn.SecretString);
    await expect(lab.secrets.send(new DescribeSecretCommand({ SecretId: "none" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("refuses calls that it does not simulate, in each protocol, and says so in its log", async () => {
    const invalid = { name: "InvalidAction" };
    await expect(lab.autoScaling.send(new DescribeAccountLimitsCommand({}))).rejects.toMatchObject(invalid);
    await expect(lab.sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject(invalid);
    await expect(lab.ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject(invalid);
    await expect(lab.ssm.send(new ListDocumentsCommand({}))).rejects.toMatchObject({
      name: "UnknownOperationException",
    });
    expect(lab.log.map((line) => line.split(" ").at(-1))).toEqual([
      "DescribeAccountLimits",
      "GetSessionToken",
      "DescribeVpcs",
      "ListDocuments",
    ]);
  });

  it("serves the aws command by endpoint URL alone", async () => {
    const env = {
      PATH: process.env["PATH"],
      HOME: "/nonexistent",
      AWS_ENDPOINT_URL: lab.url,
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "lab",
      AWS_SECRET_ACCESS_KEY: "lab",
      AWS_EC2_METADATA_DISABLED: "true",
      NO_PROXY: "127.0.0.1",
    };
    const aws = async (...args: string[]): Promise<unknown> => {
      const { stdout } = await run("aws", [...args, "--output", "json"], { env });
      return JSON.parse(stdout) as unknown;
    };
    const installed = await run("aws", ["--version"], { env }).then(
      () => true,
      () => false,
    );
    if (!installed) return;
    expect(await aws("sts", "get-caller-identity")).toMatchObject({ Account: DEFAULTS.accountId });
    expect(await aws("autoscaling", "describe-auto-scaling-groups")).toMatchObject({
      AutoScalingGroups: [{ AutoScalingGroupName: "tfe", DesiredCapacity: 0 }],
    });
    expect(await aws("rds", "describe-db-instances")).toMatchObject({
      DBInstances: [{ DBInstanceIdentifier: DEFAULTS.databaseId }],
    });
  }, 60_000);
});
