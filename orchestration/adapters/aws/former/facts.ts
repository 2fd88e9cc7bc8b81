import { type AutoScalingGroup, paginateDescribeAutoScalingGroups } from "@aws-sdk/client-auto-scaling";
import { paginateDescribeInstanceInformation } from "@aws-sdk/client-ssm";
import type { AwsClients, AwsOptions } from "../clients";
import { callAws } from "../errors";
import { describeGroup } from "../group";
import type { FormerFacts } from "../../../ports/account/former";
import { roleArnOf } from "../running/role";
import { profileOf, templateData, templateOf } from "../running/template";

export interface FormerFactsOptions {
  readonly clients: Pick<AwsClients, "autoScaling" | "ec2" | "ssm">;
  readonly aws: AwsOptions;
  /** Of the stack's own group. */
  readonly groupName: string;
  readonly targetGroupArn: string;
  /** The former group, by name. */
  readonly formerGroup: string;
  readonly transport: "ssm" | "ssh";
  /** Reads user data as a template carries it (base64). */
  readonly readUserData: (userData: string) => { readonly inClear: readonly string[]; readonly namesRelease: boolean };
}

/** What of the former group can spoil an adoption. Reads only. */
export async function formerFacts(options: FormerFactsOptions): Promise<FormerFacts> {
  const { clients, formerGroup } = options;
  const group = await describeGroup(clients.autoScaling, formerGroup);
  const template = templateOf(group);
  const [data, otherGroups, offline] = await Promise.all([
    template && templateData(clients.ec2, template),
    othersBehind(options),
    offlineNodes(options, group),
  ]);
  const { inClear, namesRelease } = options.readUserData(data?.UserData ?? "");
  return {
    gracePeriodSeconds: group.HealthCheckGracePeriod ?? 0,
    targetGroupArns: group.TargetGroupARNs ?? [],
    otherGroups,
    offline,
    role: offline.length === 0 ? undefined : await roleOf(data && profileOf(data), options.aws),
    secretsInUserData: inClear,
    namesRelease,
  };
}

/** Groups besides these two that register their nodes with the stack's target group. */
async function othersBehind({
  clients,
  groupName,
  formerGroup,
  targetGroupArn,
}: FormerFactsOptions): Promise<string[]> {
  return callAws("DescribeAutoScalingGroups", async () => {
    const found: string[] = [];
    for await (const page of paginateDescribeAutoScalingGroups({ client: clients.autoScaling }, {}))
      for (const { AutoScalingGroupName: name = "", TargetGroupARNs: arns = [] } of page.AutoScalingGroups ?? [])
        if (name !== groupName && name !== formerGroup && arns.includes(targetGroupArn)) found.push(name);
    return found;
  });
}

/** Ids of its nodes whose SSM agent is not online. */
async function offlineNodes(
  { clients, transport }: FormerFactsOptions,
  { Instances: members = [] }: AutoScalingGroup,
): Promise<readonly string[]> {
  const ids = members.flatMap(({ InstanceId: id }) => id ?? []);
  if (transport !== "ssm" || ids.length === 0) return [];
  const online = new Set<string>();
  await callAws("DescribeInstanceInformation", async () => {
    const request = { Filters: [{ Key: "InstanceIds", Values: ids }] };
    for await (const page of paginateDescribeInstanceInformation({ client: clients.ssm }, request))
      for (const { InstanceId: id, PingStatus: ping } of page.InstanceInformationList ?? [])
        if (id !== undefined && ping === "Online") online.add(id);
  });
  return ids.filter((id) => !online.has(id));
}

/** Name of the role of an instance profile, for a command that is shown; undefined where it cannot be seen. */
async function roleOf(profile: string | undefined, aws: AwsOptions): Promise<string | undefined> {
  if (profile === undefined) return undefined;
  const arn = await roleArnOf(profile, aws).catch(() => undefined);
  return arn?.split("/").at(-1);
}
