import { DescribeInstancesCommand, type EC2Client } from "@aws-sdk/client-ec2";
import { RepaveError } from "../../../domain/errors";
import type { NodeAddress } from "../../../ports/nodeShell";
import { callAws } from "../errors";

/** How a transport reaches that instance. Throws `NODE_UNREACHABLE` where it has no address. */
export async function addressOf(ec2: EC2Client, instanceId: string): Promise<NodeAddress> {
  const command = new DescribeInstancesCommand({ InstanceIds: [instanceId] });
  const { Reservations: found } = await callAws("DescribeInstances", () => ec2.send(command));
  const privateIp = found?.flatMap(({ Instances: instances }) => instances ?? [])[0]?.PrivateIpAddress;
  if (privateIp === undefined) throw new RepaveError("NODE_UNREACHABLE", `${instanceId} has no private address`);
  return { instanceId, privateIp };
}
