import { AttachInstancesCommand } from "@aws-sdk/client-auto-scaling";
import {
  type Filter,
  type Instance,
  paginateDescribeInstances,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { NODE_METADATA, TAGS } from "../../../../infra/contract";
import { RepaveError } from "../../../domain/errors";
import type { InstanceState } from "../../../domain/fleet";
import type { PreparedLaunch, PreparedNode, PreparedNodes } from "../../../ports/account/preparedNodes";
import type { AwsClients } from "../clients";
import { awsError, awsErrorName, callAws, findInAws } from "../errors";
import { describeGroup } from "../group";

export interface PreparedNodesOptions {
  readonly clients: Pick<AwsClients, "autoScaling" | "ec2">;
  readonly groupName: string;
  readonly launchTemplateId: string;
  /** Name of the stack, as its tag has it. */
  readonly stack: string;
}

/** States of an instance that costs something, or may come back. */
const THERE: readonly InstanceState[] = ["pending", "running", "stopping", "stopped", "shutting-down"];

/** Another subnet may have room. */
const NO_ROOM = ["InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientFreeAddressesInSubnet"];

/** Nodes outside the group, over EC2 and Auto Scaling. */
export function awsPreparedNodes({ clients, groupName, launchTemplateId, stack }: PreparedNodesOptions): PreparedNodes {
  const { ec2, autoScaling } = clients;

  const toNode = (instance: Instance): PreparedNode => {
    const tag = (key: string): string => instance.Tags?.find((one) => one.Key === key)?.Value ?? "";
    const ours = tag("aws:ec2launchtemplate:id") === launchTemplateId;
    return {
      id: instance.InstanceId ?? "",
      privateIp: instance.PrivateIpAddress,
      state: instance.State?.Name ?? "pending",
      templateVersion: ours ? Number(tag("aws:ec2launchtemplate:version")) : undefined,
      imageId: instance.ImageId ?? "",
      launchedAt: instance.LaunchTime?.getTime() ?? 0,
      runId: tag(TAGS.run),
      hop: Number(tag(TAGS.hop)),
    };
  };

  async function subnets(): Promise<readonly string[]> {
    const { VPCZoneIdentifier: ids = "" } = await describeGroup(autoScaling, groupName);
    return ids.split(",").filter((id) => id !== "");
  }

  /** Undefined: there is no room in this subnet. */
  async function launchIn(subnet: string, { templateVersion, runId, hop, ordinal }: PreparedLaunch) {
    const command = new RunInstancesCommand({
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnet,
      LaunchTemplate: { LaunchTemplateId: launchTemplateId, Version: String(templateVersion) },
      // A token belongs to one request: another subnet is another request.
      ClientToken: `${runId}-${hop}-${ordinal}-${subnet.slice(-8)}`.slice(-64),
      // It reads its tags where no other node of the fleet can, and so knows that it waits. The rest is as in the template.
      MetadataOptions: {
        HttpEndpoint: NODE_METADATA.httpEndpoint,
        HttpTokens: NODE_METADATA.httpTokens,
        HttpPutResponseHopLimit: NODE_METADATA.httpPutResponseHopLimit,
        InstanceMetadataTags: "enabled",
      },
      TagSpecifications: [
        {
          ResourceType: "instance",
          Tags: Object.entries({
            [TAGS.prepared]: stack,
            [TAGS.stack]: stack,
            [TAGS.run]: runId,
            [TAGS.hop]: String(hop),
          }).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
    });
    try {
      const { Instances: launched } = await ec2.send(command);
      return launched?.[0];
    } catch (thrown) {
      if (NO_ROOM.includes(awsErrorName(thrown))) return undefined;
      const error = awsError("RunInstances", thrown);
      throw error.code === "AWS_REFUSED" ? new RepaveError("PREPARE_FAILED", error.detail, { cause: thrown }) : error;
    }
  }

  return {
    async list() {
      const filters: Filter[] = [
        { Name: `tag:${TAGS.prepared}`, Values: [stack] },
        { Name: "instance-state-name", Values: [...THERE] },
      ];
      const found = await callAws("DescribeInstances", async () => {
        const all: Instance[] = [];
        for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters: filters }))
          all.push(...(page.Reservations ?? []).flatMap(({ Instances: instances }) => instances ?? []));
        return all;
      });
      return found
        .filter(({ Tags: tags }) => !tags?.some(({ Key: key }) => key === "aws:autoscaling:groupName"))
        .map(toNode)
        .sort((a, b) => a.launchedAt - b.launchedAt || (a.id < b.id ? -1 : 1));
    },
    async launch(launch) {
      const all = await subnets();
      const first = launch.ordinal % Math.max(1, all.length);
      for (const subnet of [...all.slice(first), ...all.slice(0, first)]) {
        const launched = await launchIn(subnet, launch);
        if (launched)
          return { ...toNode(launched), templateVersion: launch.templateVersion, runId: launch.runId, hop: launch.hop };
      }
      throw new RepaveError("PREPARE_FAILED", `AWS has no capacity in ${all.join(", ")}`);
    },
    async attach(instanceId, lastCheck) {
      await lastCheck?.();
      const command = new AttachInstancesCommand({ AutoScalingGroupName: groupName, InstanceIds: [instanceId] });
      await callAws("AttachInstances", () => autoScaling.send(command));
    },
    async terminate(instanceIds) {
      if (instanceIds.length === 0) return;
      const command = new TerminateInstancesCommand({ InstanceIds: [...instanceIds] });
      await findInAws("TerminateInstances", ["InvalidInstanceID.NotFound"], () => ec2.send(command));
    },
  };
}
