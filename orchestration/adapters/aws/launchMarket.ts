import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import {
  DescribeInstanceTypesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeLaunchTemplateVersionsCommand,
  type _InstanceType as InstanceType,
  type Instance,
  paginateDescribeInstances,
} from "@aws-sdk/client-ec2";
import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";
import { RepaveError } from "../../domain/errors";
import type { InstanceTypeFacts, LaunchMarket } from "../../ports/account/launchMarket";
import type { AwsClients } from "./clients";
import { callAws, findInAws } from "./errors";
import { describeGroup } from "./group";

export interface LaunchMarketOptions {
  readonly clients: Pick<AwsClients, "autoScaling" | "ec2" | "quotas">;
  readonly groupName: string;
}

/** "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances" of the service ec2; the families that can be nodes. */
const STANDARD = { code: "L-1216C47A", families: /^[acdhimrtz]\d/ } as const;

/** Reads what EC2 offers and grants, from EC2, Auto Scaling and Service Quotas. */
export function awsLaunchMarket({ clients, groupName }: LaunchMarketOptions): LaunchMarket {
  const { autoScaling, ec2, quotas } = clients;

  async function typeOf({ LaunchTemplate: template }: AutoScalingGroup): Promise<string> {
    const command = new DescribeLaunchTemplateVersionsCommand({
      LaunchTemplateId: template?.LaunchTemplateId,
      Versions: [template?.Version ?? "$Default"],
    });
    const answer = await callAws("DescribeLaunchTemplateVersions", () => ec2.send(command));
    const type = answer.LaunchTemplateVersions?.[0]?.LaunchTemplateData?.InstanceType;
    if (type) return type;
    throw new RepaveError(
      "AWS_REFUSED",
      `DescribeLaunchTemplateVersions: ${groupName}'s template has no instance type`,
    );
  }

  async function zonesOffering(name: string): Promise<readonly string[]> {
    const command = new DescribeInstanceTypeOfferingsCommand({
      LocationType: "availability-zone",
      Filters: [{ Name: "instance-type", Values: [name] }],
    });
    const answer = await callAws("DescribeInstanceTypeOfferings", () => ec2.send(command));
    return (answer.InstanceTypeOfferings ?? []).flatMap(({ Location: zone }) => zone ?? []).sort();
  }

  async function types(names: readonly string[]): Promise<ReadonlyMap<string, Omit<InstanceTypeFacts, "zones">>> {
    if (names.length === 0) return new Map();
    const command = new DescribeInstanceTypesCommand({ InstanceTypes: names as InstanceType[] });
    const answer = await findInAws("DescribeInstanceTypes", ["InvalidInstanceType"], () => ec2.send(command));
    return new Map(
      (answer?.InstanceTypes ?? []).map((type) => [
        type.InstanceType ?? "",
        {
          architectures: type.ProcessorInfo?.SupportedArchitectures ?? [],
          vcpus: type.VCpuInfo?.DefaultVCpus ?? 0,
        },
      ]),
    );
  }

  /** Instances of the quota's families that do not belong to the fleet. Spot instances have their own quotas. */
  async function others(): Promise<readonly Instance[]> {
    const running = { Name: "instance-state-name", Values: ["pending", "running"] };
    const found: Instance[] = [];
    await callAws("DescribeInstances", async () => {
      for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters: [running] })) {
        found.push(...(page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []));
      }
    });
    return found.filter(
      (instance) =>
        instance.InstanceLifecycle === undefined &&
        STANDARD.families.test(instance.InstanceType ?? "") &&
        !instance.Tags?.some((tag) => tag.Key === "aws:autoscaling:groupName" && tag.Value === groupName),
    );
  }

  async function limit(): Promise<number> {
    const quota = { ServiceCode: "ec2", QuotaCode: STANDARD.code };
    const applied = await findInAws("GetServiceQuota", ["NoSuchResourceException"], () =>
      quotas.send(new GetServiceQuotaCommand(quota)),
    );
    const answer =
      applied ??
      (await callAws("GetAWSDefaultServiceQuota", () => quotas.send(new GetAWSDefaultServiceQuotaCommand(quota))));
    const value = answer.Quota?.Value;
    if (value !== undefined) return value;
    throw new RepaveError("AWS_REFUSED", `GetServiceQuota: ${STANDARD.code} has no value`);
  }

  return {
    async demand() {
      const found = await describeGroup(autoScaling, groupName);
      return { instanceType: await typeOf(found), zones: [...(found.AvailabilityZones ?? [])].sort() };
    },
    async instanceType(name) {
      const facts = (await types([name])).get(name);
      return facts && { ...facts, zones: await zonesOffering(name) };
    },
    async vcpuQuota(instanceType) {
      if (!STANDARD.families.test(instanceType)) return undefined;
      const [allowed, running] = await Promise.all([limit(), others()]);
      const names = running.flatMap(({ InstanceType: name }) => name ?? []);
      const known = await types([...new Set<string>(names)]);
      const usedByOthers = names.reduce((sum, name) => sum + (known.get(name)?.vcpus ?? 0), 0);
      return { limit: allowed, usedByOthers };
    },
  };
}
