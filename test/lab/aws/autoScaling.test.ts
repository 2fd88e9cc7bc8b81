import {
  CancelInstanceRefreshCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeInstanceRefreshesCommand,
  DescribePoliciesCommand,
  DescribeScalingActivitiesCommand,
  DescribeScheduledActionsCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  StartInstanceRefreshCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { DEFAULTS } from "../../../lab/region/defaults";
import { bench, type Bench } from "./clients";

describe("Auto Scaling through the SDK", () => {
  let lab: Bench;
  beforeEach(async () => (lab = await bench()));
  afterEach(() => lab.close());

  const group = async (): Promise<object | undefined> =>
    (await lab.autoScaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ["tfe"] })))
      .AutoScalingGroups?.[0];

  it("describes a group with its template, capacity and members", async () => {
    lab.untilHealthy();
    const [first] = lab.region.state.instances;
    expect(await group()).toMatchObject({
      AutoScalingGroupName: "tfe",
      MinSize: 2,
      MaxSize: 2,
      DesiredCapacity: 2,
      HealthCheckType: "ELB",
      HealthCheckGracePeriod: 1800,
      LaunchTemplate: { LaunchTemplateId: lab.templateId, LaunchTemplateName: "tfe", Version: "1" },
      TargetGroupARNs: [lab.targetGroupArn],
      SuspendedProcesses: [],
      CreatedTime: new Date(DEFAULTS.now),
      Instances: [
        {
          InstanceId: first?.id,
          LifecycleState: "InService",
          HealthStatus: "Healthy",
          LaunchTemplate: { LaunchTemplateId: lab.templateId, Version: "1" },
          ProtectedFromScaleIn: false,
        },
        { LifecycleState: "InService" },
      ],
    });
  });

  it("finds no group under another name", async () => {
    const answer = await lab.autoScaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ["other"] }),
    );
    expect(answer.AutoScalingGroups).toEqual([]);
  });

  it("gives long lists in pages", async () => {
    lab.untilHealthy();
    const first = await lab.autoScaling.send(new DescribeAutoScalingInstancesCommand({ MaxRecords: 1 }));
    expect(first.AutoScalingInstances).toHaveLength(1);
    const second = await lab.autoScaling.send(
      new DescribeAutoScalingInstancesCommand({ MaxRecords: 1, NextToken: first.NextToken }),
    );
    expect(second.AutoScalingInstances?.[0]?.InstanceId).toBe(lab.region.state.instances[1]?.id);
    expect(second.NextToken).toBeUndefined();
  });

  it("suspends and resumes processes by name", async () => {
    const fence = { AutoScalingGroupName: "tfe", ScalingProcesses: ["HealthCheck", "ReplaceUnhealthy"] };
    await lab.autoScaling.send(new SuspendProcessesCommand(fence));
    expect(await group()).toMatchObject({
      SuspendedProcesses: [{ ProcessName: "HealthCheck" }, { ProcessName: "ReplaceUnhealthy" }],
    });
    await lab.autoScaling.send(new ResumeProcessesCommand({ ...fence, ScalingProcesses: ["HealthCheck"] }));
    expect(await group()).toMatchObject({ SuspendedProcesses: [{ ProcessName: "ReplaceUnhealthy" }] });
  });

  it("changes capacity and what was named, nothing else", async () => {
    await lab.autoScaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "tfe", MinSize: 0, DesiredCapacity: 1 }),
    );
    expect(await group()).toMatchObject({ MinSize: 0, MaxSize: 2, DesiredCapacity: 1, HealthCheckGracePeriod: 1800 });
    await lab.autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: "tfe", DesiredCapacity: 2 }));
    expect(await group()).toMatchObject({ DesiredCapacity: 2 });
  });

  it("refuses a capacity above the maximum as the service does", async () => {
    await expect(
      lab.autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: "tfe", DesiredCapacity: 3 })),
    ).rejects.toMatchObject({ name: "ValidationError", $metadata: { httpStatusCode: 400 } });
  });

  it("terminates a member and lowers the capacity with it", async () => {
    lab.untilHealthy();
    await lab.autoScaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "tfe", MinSize: 0 }));
    const id = lab.region.state.instances[0]?.id;
    await lab.autoScaling.send(
      new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: id, ShouldDecrementDesiredCapacity: true }),
    );
    lab.until(() => lab.region.state.instances[0]?.state === "terminated");
    expect(lab.region.state.groups[0]?.desired).toBe(1);
    expect(lab.region.state.instances.filter((i) => i.state === "running")).toHaveLength(1);
  });

  it("tells what the group did, newest first", async () => {
    lab.untilHealthy();
    const { Activities = [] } = await lab.autoScaling.send(
      new DescribeScalingActivitiesCommand({ AutoScalingGroupName: "tfe" }),
    );
    expect(Activities.map((activity) => activity.StatusCode)).toEqual(["Successful", "Successful"]);
    expect(Activities[0]?.Description).toContain("Launching a new EC2 instance");
    expect(Activities[0]?.StartTime).toBeInstanceOf(Date);
  });

  it("starts an instance refresh, shows it, and cancels it", async () => {
    lab.untilHealthy();
    const of = { AutoScalingGroupName: "tfe" };
    const LaunchTemplate = { LaunchTemplateId: lab.templateId, Version: "1" };
    const asked = { ...of, DesiredConfiguration: { LaunchTemplate }, Preferences: { InstanceWarmup: 60 } };
    const { InstanceRefreshId } = await lab.autoScaling.send(new StartInstanceRefreshCommand(asked));
    await expect(lab.autoScaling.send(new StartInstanceRefreshCommand(asked))).rejects.toMatchObject({
      name: "InstanceRefreshInProgressFault",
    });
    const shown = async () => (await lab.autoScaling.send(new DescribeInstanceRefreshesCommand(of))).InstanceRefreshes;
    expect(await shown()).toMatchObject([
      { InstanceRefreshId, Status: "InProgress", Preferences: { MinHealthyPercentage: 90, InstanceWarmup: 60 } },
    ]);
    expect((await lab.autoScaling.send(new CancelInstanceRefreshCommand(of))).InstanceRefreshId).toBe(
      InstanceRefreshId,
    );
    expect(await shown()).toMatchObject([{ InstanceRefreshId, Status: "Cancelled" }]);
    await expect(lab.autoScaling.send(new CancelInstanceRefreshCommand(of))).rejects.toMatchObject({
      name: "ActiveInstanceRefreshNotFoundFault",
    });
  });

  it("knows of no refresh, policy or schedule, and of no other group", async () => {
    const of = { AutoScalingGroupName: "tfe" };
    expect((await lab.autoScaling.send(new DescribeInstanceRefreshesCommand(of))).InstanceRefreshes).toEqual([]);
    expect((await lab.autoScaling.send(new DescribePoliciesCommand(of))).ScalingPolicies).toEqual([]);
    expect((await lab.autoScaling.send(new DescribeScheduledActionsCommand(of))).ScheduledUpdateGroupActions).toEqual(
      [],
    );
    await expect(
      lab.autoScaling.send(new DescribePoliciesCommand({ AutoScalingGroupName: "other" })),
    ).rejects.toMatchObject({ name: "ValidationError" });
  });
});
