import {
  type AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
} from "@aws-sdk/client-auto-scaling";
import { RepaveError } from "../../domain/errors";
import { callAws } from "./errors";

/** Returns the group of this name as AWS describes it. Throws `GROUP_NOT_FOUND`. */
export async function describeGroup(autoScaling: AutoScalingClient, name: string): Promise<AutoScalingGroup> {
  const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] });
  const { AutoScalingGroups: groups } = await callAws("DescribeAutoScalingGroups", () => autoScaling.send(command));
  const found = groups?.find((one) => one.AutoScalingGroupName === name);
  if (!found) throw new RepaveError("GROUP_NOT_FOUND", name);
  return found;
}
