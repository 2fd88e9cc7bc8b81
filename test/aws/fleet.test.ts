import {
  CreateAutoScalingGroupCommand,
  DeleteLifecycleHookCommand,
  DescribeInstanceRefreshesCommand,
  PutLifecycleHookCommand,
  PutScalingPolicyCommand,
  PutScheduledUpdateGroupActionCommand,
  SetInstanceProtectionCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateCommand, DescribeImagesCommand, DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import {
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import type { AwsClients } from "../../orchestration/adapters/aws/clients";
import { awsImages } from "../../orchestration/adapters/aws/images";
import { FENCE } from "../../orchestration/adapters/aws/fence";
import { awsFleet } from "../../orchestration/adapters/aws/fleet";
import type { FleetPort } from "../../orchestration/ports/fleet";
import { motoClients } from "./moto";

// The wire only: moto's instances run at once, its targets are healthy for ever, and what is gone from a group is gone at once.

const NAME = "tfe-fleet";
let clients: AwsClients;
let fleet: FleetPort;
let templateId: string;
let imageId: string;
let targetGroupArn: string;

beforeAll(async () => {
  clients = withoutRefreshes(motoClients());
  const { Subnets: subnets } = await clients.ec2.send(new DescribeSubnetsCommand());
  const [subnet] = subnets ?? [];
  const { Images: images } = await clients.ec2.send(new DescribeImagesCommand({ Owners: ["amazon"] }));
  imageId = images?.[0]?.ImageId ?? "";
  const template = await clients.ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: NAME,
      LaunchTemplateData: {
        ImageId: imageId,
        InstanceType: "m5.xlarge",
        TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "tfe-repave:release", Value: "642" }] }],
      },
    }),
  );
  templateId = template.LaunchTemplate?.LaunchTemplateId ?? "";
  const target = { Name: NAME, Port: 443, Protocol: "HTTPS", VpcId: subnet?.VpcId } as const;
  const { TargetGroups: groups } = await clients.elb.send(new CreateTargetGroupCommand(target));
  targetGroupArn = groups?.[0]?.TargetGroupArn ?? "";
  const delay = { Key: "deregistration_delay.timeout_seconds", Value: "10" };
  await clients.elb.send(
    new ModifyTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn, Attributes: [delay] }),
  );
  await clients.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: NAME,
      MinSize: 2,
      MaxSize: 2,
      DesiredCapacity: 2,
      HealthCheckGracePeriod: 1800,
      LaunchTemplate: { LaunchTemplateId: templateId, Version: "1" },
      VPCZoneIdentifier: subnet?.SubnetId,
      TargetGroupARNs: [targetGroupArn],
    }),
  );
  fleet = fleetOf({});
});
afterAll(() => clients.destroy());

const fleetOf = (other: Partial<{ groupName: string; targetGroupArn: string }>): FleetPort =>
  awsFleet({ clients, groupName: NAME, targetGroupArn, launchTemplateId: templateId, ...other });

it("a fleet is read from group, instances and targets", async () => {
  const { group, instances } = await fleet.describe();
  expect(group).toMatchObject({
    name: NAME,
    min: 2,
    max: 2,
    desired: 2,
    templateVersion: "1",
    suspended: [],
    deregistrationDelay: 10,
    instanceRefreshInProgress: false,
  });
  expect(instances).toHaveLength(2);
  for (const instance of instances) {
    expect(instance).toMatchObject({
      id: expect.stringMatching(/^i-[0-9a-f]+$/) as string,
      privateIp: expect.stringMatching(/^\d+(\.\d+){3}$/) as string,
      zone: expect.stringMatching(/^eu-west-1[a-c]$/) as string,
      state: "running",
      lifecycle: "InService",
      templateVersion: 1,
      release: "v202207-2",
      imageId,
      target: "healthy",
    });
    expect(Math.abs(instance.launchedAt - Date.now())).toBeLessThan(600_000);
  }
});

it("what the group would do of its own accord is read from four descriptions", async () => {
  const group = { AutoScalingGroupName: NAME };
  const hook = {
    ...group,
    LifecycleHookName: "drain",
    LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
    HeartbeatTimeout: 600,
    DefaultResult: "CONTINUE",
  };
  await clients.autoScaling.send(new PutLifecycleHookCommand(hook));
  await clients.autoScaling.send(
    new PutScheduledUpdateGroupActionCommand({
      ...group,
      ScheduledActionName: "night",
      DesiredCapacity: 0,
      MinSize: 0,
    }),
  );
  await clients.autoScaling.send(
    new PutScalingPolicyCommand({
      ...group,
      PolicyName: "cpu",
      AdjustmentType: "ChangeInCapacity",
      ScalingAdjustment: 1,
    }),
  );
  expect(await fleet.rules()).toMatchObject({
    hooks: [{ name: "drain", at: "termination", timeoutSeconds: 600, unanswered: "continue" }],
    schedule: [{ name: "night", desired: 0, min: 0 }],
    policies: ["cpu"],
    warmPool: false,
    rebalancesCapacity: false,
    maxLifetimeSeconds: undefined,
    strays: [],
  });
  await clients.autoScaling.send(new DeleteLifecycleHookCommand({ ...group, LifecycleHookName: "drain" }));
});

it("scale-in protection of an instance and of new ones, and the group's opinion of its health", async () => {
  const [first] = (await fleet.describe()).instances;
  const named = { AutoScalingGroupName: NAME, InstanceIds: [first?.id ?? ""] };
  await clients.autoScaling.send(new SetInstanceProtectionCommand({ ...named, ProtectedFromScaleIn: true }));
  await clients.autoScaling.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: NAME, NewInstancesProtectedFromScaleIn: true }),
  );
  const { group, instances } = await fleet.describe();
  expect(group.protectsNew).toBe(true);
  expect(instances.map(({ protectedFromScaleIn }) => protectedFromScaleIn).sort()).toEqual([false, true]);
  expect(instances.map(({ markedUnhealthy }) => markedUnhealthy)).toEqual([false, false]);
  await clients.autoScaling.send(new SetInstanceProtectionCommand({ ...named, ProtectedFromScaleIn: false }));
  await clients.autoScaling.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: NAME, NewInstancesProtectedFromScaleIn: false }),
  );
});

it("an instance that left the group is seen to its end", async () => {
  const before = (await fleet.describe()).instances;
  const [first] = before;
  const InstanceId = first?.id;
  await clients.autoScaling.send(
    new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: false }),
  );
  const { instances } = await fleet.describe();
  expect(instances).toHaveLength(3);
  expect(instances.find(({ id }) => id === InstanceId)).toMatchObject({ state: "terminated", lifecycle: undefined });
});

it("a group of no capacity has only terminated instances", async () => {
  await clients.autoScaling.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: NAME, MinSize: 0, MaxSize: 0, DesiredCapacity: 0 }),
  );
  const { group, instances } = await fleet.describe();
  expect(group).toMatchObject({ min: 0, max: 0, desired: 0 });
  expect(new Set(instances.map(({ state }) => state))).toEqual(new Set(["terminated"]));
});

it("processes are suspended and resumed by name, and repeating it does no harm", async () => {
  const group = async () => (await fleet.describe()).group;
  await fleet.fence();
  await fleet.fence();
  expect(await group()).toMatchObject({ suspended: [...FENCE].sort(), fenceGaps: [] });
  const resumed = FENCE.filter((process) => process !== "AZRebalance");
  expect(await fleet.unfence(["AZRebalance"])).toEqual(resumed);
  expect(await fleet.unfence(["AZRebalance"])).toEqual(resumed);
  expect(await group()).toMatchObject({ suspended: ["AZRebalance"], fenceGaps: resumed });
});

it("an image is there or is not", async () => {
  expect(await fleet.imageProblem(imageId)).toBeUndefined();
  const missing = "ami-0123456789abcdef0";
  expect(await fleet.imageProblem(missing)).toBe(`image ${missing} does not exist or is not shared with this account`);
  expect(await fleet.imageProblem("ami-nonsense")).toContain("does not exist");
});

it("the newest image is read from its parameter", async () => {
  await clients.ssm.send(new PutParameterCommand({ Name: "/base/latest", Value: imageId, Type: "String" }));
  const images = awsImages({ clients });
  expect(await images.latest({ kind: "parameter", name: "/base/latest" }, "x86_64")).toMatchObject({ id: imageId });
  await expect(images.latest({ kind: "parameter", name: "/base/none" }, undefined)).rejects.toMatchObject({
    code: "IMAGE_UNRESOLVED",
  });
});

it.each([
  ["group", { groupName: "nobody" }],
  [
    "target group",
    { targetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/x/0123456789abcdef" },
  ],
])("there is no such %s", async (_what, other) => {
  await expect(fleetOf(other).describe()).rejects.toMatchObject({ code: "GROUP_NOT_FOUND" });
});

/** moto knows no instance refreshes: here there are none. */
function withoutRefreshes(given: AwsClients): AwsClients {
  given.autoScaling.middlewareStack.add(
    (next, context) => async (args) =>
      context.commandName === DescribeInstanceRefreshesCommand.name
        ? { output: { InstanceRefreshes: [], $metadata: {} }, response: {} }
        : next(args),
    { step: "initialize" },
  );
  return given;
}
