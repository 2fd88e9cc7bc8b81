import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  DescribeScheduledActionsCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { CreateDBSnapshotCommand, DescribeDBSnapshotsCommand } from "@aws-sdk/client-rds";
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { DescribeInstanceInformationCommand, GetParameterCommand, SendCommandCommand } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { serveAws } from "../../../lab/aws/endpoint";
import { DEFAULTS } from "../../../lab/region/defaults";
import { bench, type Bench } from "../aws/clients";
import { add } from "./support";

describe("AWS's answers, through the SDK", () => {
  let lab: Bench;
  beforeEach(async () => {
    lab = await bench(2);
    lab.untilHealthy();
  });
  afterEach(() => lab.close());

  const later = (seconds: number): void => lab.region.advance(lab.region.state.now + seconds * 1000);
  const name = { AutoScalingGroupName: "tfe" };
  const identity = () => lab.sts.send(new GetCallerIdentityCommand({}));
  const suspend = () => lab.autoScaling.send(new SuspendProcessesCommand({ ...name, ScalingProcesses: ["Launch"] }));
  const suspended = () => lab.region.state.groups[0]?.suspended.map(({ process }) => process);
  const send = () =>
    lab.ssm.send(
      new SendCommandCommand({
        DocumentName: "AWS-RunShellScript",
        InstanceIds: [lab.region.state.instances[0]?.id ?? ""],
        Parameters: { commands: ["hostname"] },
      }),
    );

  /** One call of each service, and the name of the error that it gave. */
  async function errors(): Promise<Record<string, string>> {
    const calls = {
      autoScaling: () => lab.autoScaling.send(new DescribeAutoScalingGroupsCommand({})),
      ec2: () => lab.ec2.send(new DescribeInstancesCommand({})),
      rds: () => lab.rds.send(new DescribeDBSnapshotsCommand({})),
      s3: () => lab.s3.send(new ListObjectsV2Command({ Bucket: DEFAULTS.bucket })),
      ssm: () => lab.ssm.send(new GetParameterCommand({ Name: DEFAULTS.imageParameter })),
      sts: identity,
    };
    const named: Record<string, string> = {};
    for (const [service, call] of Object.entries(calls)) {
      named[service] = await call().then(
        () => "none",
        (error: unknown) => (error as Error).name,
      );
    }
    return named;
  }

  const begin = (...wishes: readonly unknown[]): void => {
    add(lab.region.state, ...wishes);
    later(0);
  };

  it("throttled: every third call, and no other", async () => {
    begin("throttled");
    const outcomes = [];
    for (let call = 0; call < 7; call += 1)
      outcomes.push(
        await identity().then(
          () => "answered",
          (error: unknown) => (error as Error).name,
        ),
      );
    expect(outcomes).toEqual(["answered", "answered", "Throttling", "answered", "answered", "Throttling", "answered"]);
  });

  it("throttled: a client that tries again gets its answer", async () => {
    begin({ fault: "throttled", every: 2 });
    const patient = new AutoScalingClient({
      endpoint: lab.url,
      region: "eu-west-1",
      credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
    });
    for (let call = 0; call < 3; call += 1) await patient.send(new DescribeAutoScalingGroupsCommand({}));
    patient.destroy();
    expect(lab.region.state.faults[0]).toMatchObject({ seen: 5, struck: 2 });
  });

  it("throttled: each service in its own words", async () => {
    begin({ fault: "throttled", every: 1 });
    expect(await errors()).toEqual({
      autoScaling: "Throttling",
      ec2: "RequestLimitExceeded",
      rds: "Throttling",
      s3: "SlowDown",
      ssm: "ThrottlingException",
      sts: "Throttling",
    });
  });

  it("unavailable: status 503 for a minute, and nothing takes effect", async () => {
    begin({ fault: "unavailable", when: "now" });
    await expect(suspend()).rejects.toMatchObject({
      name: "ServiceUnavailable",
      $metadata: { httpStatusCode: 503 },
    });
    expect(suspended()).toEqual([]);
    later(60);
    await suspend();
    expect(suspended()).toEqual(["Launch"]);
  });

  it("credentials-expired: each service in its own words, for a quarter of an hour", async () => {
    begin({ fault: "credentials-expired", when: "now", after: 0 });
    expect(await errors()).toEqual({
      autoScaling: "ExpiredToken",
      ec2: "RequestExpired",
      rds: "ExpiredToken",
      s3: "ExpiredToken",
      ssm: "ExpiredTokenException",
      sts: "ExpiredToken",
    });
    later(900);
    expect((await identity()).Account).toBe(DEFAULTS.accountId);
  });

  it("access-denied: ResumeProcesses and nothing else, unless others are named", async () => {
    begin({ fault: "access-denied", when: "now" });
    await suspend();
    await expect(lab.autoScaling.send(new ResumeProcessesCommand(name))).rejects.toMatchObject({
      name: "AccessDenied",
      message: "User is not authorized to perform: autoscaling:ResumeProcesses",
    });
    expect(suspended()).toEqual(["Launch"]);
    begin({ fault: "access-denied", when: "now", operations: ["SendCommand"] });
    await expect(send()).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  it("lost-response: the first call of each operation takes effect, its connection breaks, the next is answered", async () => {
    begin("lost-response");
    const put = () => lab.s3.send(new PutObjectCommand({ Bucket: DEFAULTS.bucket, Key: "k", Body: "v" }));
    const snapshot = () =>
      lab.rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: "tfe-lab", DBSnapshotIdentifier: "s" }));
    for (const call of [suspend, send, put, snapshot])
      await expect(call()).rejects.toThrow(/hang up|ECONNRESET|aborted/);

    expect(suspended()).toEqual(["Launch"]);
    expect(lab.region.state.ssmCommands).toHaveLength(1);
    expect(lab.region.state.buckets[DEFAULTS.bucket]).toHaveProperty("k");
    await expect(snapshot()).rejects.toMatchObject({ name: "DBSnapshotAlreadyExistsFault" });
    await put();
    await send();
    expect(lab.region.state.ssmCommands).toHaveLength(2);
    expect(lab.region.state.faults[0]?.lost).toEqual([
      "SuspendProcesses",
      "SendCommand",
      "PutObject",
      "CreateDBSnapshot",
    ]);
  });

  it("lost-response: a call that was refused had no effect, and its answer arrives", async () => {
    begin("lost-response");
    const unknown = new SuspendProcessesCommand({ AutoScalingGroupName: "no-such", ScalingProcesses: [] });
    await expect(lab.autoScaling.send(unknown)).rejects.toMatchObject({ name: "ValidationError" });
    expect(lab.region.state.faults[0]?.lost).toEqual([]);
  });

  it("slow-answers: the answer waits five seconds of the lab's clock, the effect does not", async () => {
    const waits: number[] = [];
    const endpoint = await serveAws(lab.region, {
      advance: () => undefined,
      sleep: (ms) => {
        waits.push(ms);
        expect(suspended()).toEqual(["Launch"]);
        return Promise.resolve();
      },
    });
    begin("slow-answers");
    const client = new AutoScalingClient({
      endpoint: endpoint.url,
      region: "eu-west-1",
      credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
    });
    await client.send(new SuspendProcessesCommand({ ...name, ScalingProcesses: ["Launch"] }));
    client.destroy();
    await endpoint.close();
    expect(waits).toEqual([5000]);
  });

  it("stale-zero: the group shows none of the instances that EC2 shows", async () => {
    begin("stale-zero");
    lab.region.updateGroup("tfe", { min: 0, desired: 0 });
    later(1);
    const shown = async () =>
      (await lab.autoScaling.send(new DescribeAutoScalingGroupsCommand({}))).AutoScalingGroups?.[0]?.Instances?.length;
    expect(await shown()).toBe(0);
    const { Reservations } = await lab.ec2.send(new DescribeInstancesCommand({}));
    expect(Reservations?.flatMap(({ Instances }) => Instances ?? []).map(({ State }) => State?.Name)).toEqual([
      "running",
      "running",
    ]);
    later(119);
    expect(await shown()).toBe(2);
  });

  it("instance-refresh and scheduled-action: AWS lists them", async () => {
    begin("instance-refresh", { fault: "scheduled-action", when: "now", after: 600 });
    const { InstanceRefreshes } = await lab.autoScaling.send(new DescribeInstanceRefreshesCommand(name));
    expect(InstanceRefreshes).toMatchObject([{ Status: "InProgress", AutoScalingGroupName: "tfe" }]);
    const { ScheduledUpdateGroupActions } = await lab.autoScaling.send(new DescribeScheduledActionsCommand(name));
    expect(ScheduledUpdateGroupActions).toMatchObject([
      { DesiredCapacity: 2, StartTime: new Date(lab.region.state.now + 600_000) },
    ]);
  });

  it("node-unreachable: the agent's connection is lost", async () => {
    begin({ fault: "node-unreachable", when: "now" });
    const { InstanceInformationList } = await lab.ssm.send(new DescribeInstanceInformationCommand({}));
    expect(InstanceInformationList?.map(({ PingStatus }) => PingStatus)).toEqual(["ConnectionLost", "Online"]);
    await expect(send()).rejects.toMatchObject({ name: "InvalidInstanceId" });
  });

  it("snapshot-fails: its status is failed", async () => {
    begin("snapshot-fails");
    await lab.rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: "tfe-lab", DBSnapshotIdentifier: "s" }));
    later(300);
    const { DBSnapshots } = await lab.rds.send(new DescribeDBSnapshotsCommand({}));
    expect(DBSnapshots).toMatchObject([{ Status: "failed" }]);
  });
});
