import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import type { ResponseLaunchTemplateData } from "@aws-sdk/client-ec2";
import { paginateDescribeDBClusters, paginateDescribeDBInstances } from "@aws-sdk/client-rds";
import { RepaveError } from "../../../domain/errors";
import type { RunningFleet, RunningFleetPort } from "../../../ports/runningFleet";
import type { AwsClients, AwsOptions } from "../clients";
import { callAws } from "../errors";
import { describeGroup } from "../group";
import { roleArnOf } from "./role";
import { foundTargets } from "./targets";
import { profileOf, templateData, templateOf, type TemplateVersion } from "./template";

export interface RunningFleetOptions {
  readonly clients: Pick<AwsClients, "autoScaling" | "ec2" | "elb" | "rds">;
  readonly aws: AwsOptions;
  /** Called with what may not be read; the rest is read all the same. */
  readonly note: (line: string) => void;
}

/** A fleet that other code built. Makes read-only calls. */
export function awsRunningFleet(options: RunningFleetOptions): RunningFleetPort {
  const { clients, note } = options;
  return {
    async read(name) {
      const group = await describeGroup(clients.autoScaling, name);
      const template = requireTemplate(group);
      const data = await templateData(clients.ec2, template);
      const profile = profileOf(data);
      const [targets, databases, roleArn] = await Promise.all([
        foundTargets(clients.elb, group.TargetGroupARNs ?? []),
        databasesOf(options).catch(unread("the databases", note)),
        profile === undefined
          ? undefined
          : roleArnOf(profile, options.aws).catch(unread("the role of the nodes", note)),
      ]);
      return {
        group: groupFacts(name, group),
        template: templateFacts(`${template.id}, version ${template.version}`, data, { profile, roleArn }),
        targets,
        databases: databases ?? [],
      };
    },
  };
}

function requireTemplate(group: AutoScalingGroup): TemplateVersion {
  const template = templateOf(group);
  if (template) return template;
  const name = group.AutoScalingGroupName ?? "";
  throw new RepaveError("GROUP_UNREADABLE", `${name} launches from ${group.LaunchConfigurationName ?? "no template"}`);
}

function groupFacts(name: string, group: AutoScalingGroup): RunningFleet["group"] {
  return {
    name,
    region: (group.AutoScalingGroupARN ?? "").split(":")[3] ?? "",
    max: group.MaxSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    gracePeriodSeconds: group.HealthCheckGracePeriod ?? 0,
    subnetIds: (group.VPCZoneIdentifier ?? "").split(",").filter((id) => id !== ""),
    nodes: (group.Instances ?? []).flatMap(({ InstanceId: id, LifecycleState: state }) =>
      state === "InService" && id !== undefined ? [id] : [],
    ),
  };
}

function templateFacts(
  name: string,
  data: ResponseLaunchTemplateData,
  role: Pick<RunningFleet["template"], "profile" | "roleArn">,
): RunningFleet["template"] {
  const networks = data.NetworkInterfaces ?? [];
  const groups = [...(data.SecurityGroupIds ?? []), ...networks.flatMap((one) => one.Groups ?? [])];
  const [root] = data.BlockDeviceMappings ?? [];
  return {
    name,
    image: data.ImageId,
    instanceType: data.InstanceType,
    ...role,
    securityGroupIds: [...new Set(groups)],
    rootDevice: root?.DeviceName === undefined ? undefined : { name: root.DeviceName, gb: root.Ebs?.VolumeSize },
    userData: data.UserData ?? "",
  };
}

/** Clusters first: their host is the one that an application on Aurora knows. */
async function databasesOf({ clients }: RunningFleetOptions): Promise<RunningFleet["databases"]> {
  const found: { id: string; host: string }[] = [];
  await callAws("DescribeDBClusters", async () => {
    for await (const { DBClusters: page } of paginateDescribeDBClusters({ client: clients.rds }, {}))
      for (const { DBClusterIdentifier: id, Endpoint: host } of page ?? [])
        if (id !== undefined && host !== undefined) found.push({ id, host });
  });
  await callAws("DescribeDBInstances", async () => {
    for await (const { DBInstances: page } of paginateDescribeDBInstances({ client: clients.rds }, {}))
      for (const { DBInstanceIdentifier: id, Endpoint: endpoint } of page ?? [])
        if (id !== undefined && endpoint?.Address !== undefined) found.push({ id, host: endpoint.Address });
  });
  return found;
}

const unread =
  (what: string, note: (line: string) => void) =>
  (thrown: unknown): undefined => {
    note(`could not read ${what}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  };
