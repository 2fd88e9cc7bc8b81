import {
  type AutoScalingGroup,
  DescribeInstanceRefreshesCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DescribeImagesCommand,
  type Filter,
  type Instance as Ec2Instance,
  paginateDescribeInstances,
} from "@aws-sdk/client-ec2";
import {
  DeregisterTargetsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { RepaveError } from "../../domain/errors";
import type { Fleet, TargetHealth } from "../../domain/fleet";
import type { FleetPort } from "../../ports/fleet";
import type { AwsClients } from "./clients";
import { consoleOutput } from "./console";
import { awsError, awsErrorName, callAws, findInAws } from "./errors";
import { FENCE, toRestore } from "./fence";
import { describeGroup } from "./group";
import { describeRules } from "./groupRules";
import { toGroup, toInstance, worstHealth } from "./fleetModel";

export interface AwsFleetOptions {
  readonly clients: Pick<AwsClients, "autoScaling" | "ec2" | "elb">;
  readonly groupName: string;
  readonly targetGroupArn: string;
  /** Undefined: whatever template the group launches from. */
  readonly launchTemplateId: string | undefined;
}

/** An instance refresh in one of these states may still replace instances. */
const REFRESHING = new Set(["Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress"]);

const NO_IMAGE = ["InvalidAMIID.NotFound", "InvalidAMIID.Malformed", "InvalidAMIID.Unavailable"];

/** The fleet in AWS, over EC2, Auto Scaling and Elastic Load Balancing. */
export function awsFleet(options: AwsFleetOptions): FleetPort {
  const { clients, groupName, targetGroupArn } = options;
  /**
   * Ids seen so far. EC2 removes the tags of a terminated instance before it forgets it; queried by id it remains visible until
   * its end.
   */
  const seen = new Set<string>();

  const group = (): Promise<AutoScalingGroup> => describeGroup(clients.autoScaling, groupName);

  async function instances(filter: Filter): Promise<Ec2Instance[]> {
    return callAws("DescribeInstances", async () => {
      const found: Ec2Instance[] = [];
      for await (const page of paginateDescribeInstances({ client: clients.ec2 }, { Filters: [filter] })) {
        found.push(...(page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []));
      }
      return found;
    });
  }

  async function targets(): Promise<ReadonlyMap<string, TargetHealth>> {
    const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn });
    const answer = await targetGroup("DescribeTargetHealth", () => clients.elb.send(command));
    const health = new Map<string, TargetHealth>();
    for (const { Target: target, TargetHealth: state } of answer.TargetHealthDescriptions ?? []) {
      if (target?.Id) health.set(target.Id, worstHealth(health.get(target.Id), state?.State));
    }
    return health;
  }

  async function deregistrationDelay(): Promise<number> {
    const command = new DescribeTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn });
    const { Attributes: attributes } = await targetGroup("DescribeTargetGroupAttributes", () =>
      clients.elb.send(command),
    );
    // 300 s is the documented default.
    return Number(attributes?.find((one) => one.Key === "deregistration_delay.timeout_seconds")?.Value ?? 300);
  }

  async function targetGroup<T>(action: string, call: () => Promise<T>): Promise<T> {
    const answer = await findInAws(action, ["TargetGroupNotFoundException", "TargetGroupNotFound"], call);
    if (answer === undefined) throw new RepaveError("GROUP_NOT_FOUND", `target group ${targetGroupArn}`);
    return answer;
  }

  async function isRefreshing(): Promise<boolean> {
    const command = new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: groupName });
    try {
      const { InstanceRefreshes: refreshes } = await clients.autoScaling.send(command);
      return (refreshes ?? []).some((one) => REFRESHING.has(one.Status ?? ""));
    } catch (thrown) {
      // Read at the same time as the group itself, whose error says better that it does not exist.
      if (awsErrorName(thrown) === "ValidationError") return false;
      throw awsError("DescribeInstanceRefreshes", thrown);
    }
  }

  async function describe(): Promise<Fleet> {
    const [asg, tagged, health, delay, refreshing] = await Promise.all([
      group(),
      instances({ Name: "tag:aws:autoscaling:groupName", Values: [groupName] }),
      targets(),
      deregistrationDelay(),
      isRefreshing(),
    ]);
    const members = new Map((asg.Instances ?? []).map((member) => [member.InstanceId ?? "", member]));
    const known = new Map(tagged.map((instance) => [instance.InstanceId ?? "", instance]));
    const others = [...new Set([...members.keys(), ...seen])].filter((id) => !known.has(id));
    if (others.length > 0) {
      // A filter, because a request for an id that EC2 does not know (yet, or any more) fails as a whole.
      for (const instance of await instances({ Name: "instance-id", Values: others })) {
        known.set(instance.InstanceId ?? "", instance);
      }
    }
    const ids = [...new Set([...known.keys(), ...members.keys()])].filter((id) => id !== "").sort();
    for (const id of ids) seen.add(id);
    const launchTemplateId = templateOf(asg);
    return {
      group: toGroup(asg, launchTemplateId, {
        deregistrationDelay: delay,
        instanceRefreshInProgress: refreshing,
      }),
      instances: ids.map((id) =>
        toInstance(id, {
          ec2: known.get(id),
          member: members.get(id),
          target: health.get(id) ?? "missing",
          launchTemplateId,
        }),
      ),
    };
  }

  const templateOf = (asg: AutoScalingGroup): string =>
    options.launchTemplateId ?? asg.LaunchTemplate?.LaunchTemplateId ?? "none";

  return {
    describe,
    async rules() {
      const asg = await group();
      const launched = await instances({ Name: "tag:aws:ec2launchtemplate:id", Values: [templateOf(asg)] });
      return describeRules(clients.autoScaling, asg, launched);
    },
    async fence() {
      const command = new SuspendProcessesCommand({ AutoScalingGroupName: groupName, ScalingProcesses: [...FENCE] });
      await callAws("SuspendProcesses", () => clients.autoScaling.send(command));
    },
    async unfence(found) {
      const ours = toRestore(found);
      // Without names the API resumes every process, including those that others suspended.
      if (ours.length === 0) return ours;
      const command = new ResumeProcessesCommand({ AutoScalingGroupName: groupName, ScalingProcesses: [...ours] });
      await callAws("ResumeProcesses", () => clients.autoScaling.send(command));
      return ours;
    },
    async replace(instanceId, lastCheck) {
      await lastCheck?.();
      const command = new TerminateInstanceInAutoScalingGroupCommand({
        InstanceId: instanceId,
        ShouldDecrementDesiredCapacity: false,
      });
      await callAws("TerminateInstanceInAutoScalingGroup", () => clients.autoScaling.send(command));
    },
    async deregister(instanceId) {
      const command = new DeregisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: [{ Id: instanceId }] });
      await targetGroup("DeregisterTargets", () => clients.elb.send(command));
    },
    async register(instanceId) {
      const command = new RegisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: [{ Id: instanceId }] });
      await targetGroup("RegisterTargets", () => clients.elb.send(command));
    },
    consoleOutput: (instanceId) => consoleOutput(clients.ec2, instanceId, "boot"),
    async imageProblem(imageId) {
      const command = new DescribeImagesCommand({ ImageIds: [imageId] });
      const answer = await findInAws("DescribeImages", NO_IMAGE, () => clients.ec2.send(command));
      const image = answer?.Images?.find((one) => one.ImageId === imageId);
      if (!image) return `image ${imageId} does not exist or is not shared with this account`;
      return image.State === "available" ? undefined : `image ${imageId} is ${image.State ?? "in no known state"}`;
    },
  };
}
