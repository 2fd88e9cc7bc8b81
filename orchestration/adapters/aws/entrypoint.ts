import {
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  type LoadBalancer,
  type LoadBalancerAttribute,
  type TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { RepaveError } from "../../domain/errors";
import type { HealthCheck } from "../../domain/ahead/healthCheck";
import type { Entrypoint, EntrypointFacts } from "../../ports/entrypoint";
import type { AwsClients } from "./clients";
import { callAws, findInAws } from "./errors";

export interface EntrypointOptions {
  readonly clients: Pick<AwsClients, "elb">;
  readonly targetGroupArn: string;
}

const CROSS_ZONE = "load_balancing.cross_zone.enabled";

/**
 * The load balancers in front of a target group, and whether they balance across zones: an Application Load Balancer does unless
 * the target group says no, a Network Load Balancer does not unless it or the target group says yes (Elastic Load Balancing user
 * guides, Cross-zone load balancing for target groups).
 */
export const awsEntrypoint = ({ clients: { elb }, targetGroupArn }: EntrypointOptions): Entrypoint => ({
  describe: () => describeEntrypoint(elb, targetGroupArn),
});

async function describeEntrypoint(elb: AwsClients["elb"], targetGroupArn: string): Promise<EntrypointFacts> {
  const group = await targetGroup(elb, targetGroupArn);
  const balancers = await balancersOf(elb, group);
  const answer = await callAws("DescribeTargetGroupAttributes", () =>
    elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn })),
  );
  const own = valueOf(answer.Attributes);
  const each =
    own === "true" || own === "false"
      ? [own === "true"]
      : await Promise.all(balancers.map((balancer) => isCrossZone(elb, balancer)));
  return {
    loadBalancers: balancers.map(({ LoadBalancerName: name }) => name ?? ""),
    crossZone: each.every(Boolean),
    targetGroupArn,
    healthCheck: healthCheckOf(group),
  };
}

/** A check by TCP has no path. */
const healthCheckOf = ({ HealthCheckPath: path, Matcher: matcher }: TargetGroup): HealthCheck => ({
  path: path === "" ? undefined : path,
  codes: matcher?.HttpCode ?? "",
});

async function targetGroup(elb: AwsClients["elb"], targetGroupArn: string): Promise<TargetGroup> {
  const found = await findInAws("DescribeTargetGroups", ["TargetGroupNotFoundException", "TargetGroupNotFound"], () =>
    elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroupArn] })),
  );
  const group = found?.TargetGroups?.[0];
  if (!group) throw new RepaveError("GROUP_NOT_FOUND", `target group ${targetGroupArn}`);
  return group;
}

async function balancersOf(
  elb: AwsClients["elb"],
  { LoadBalancerArns: arns = [] }: TargetGroup,
): Promise<readonly LoadBalancer[]> {
  // Without names the API answers every load balancer there is.
  if (arns.length === 0) return [];
  const answer = await callAws("DescribeLoadBalancers", () =>
    elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: arns })),
  );
  return answer.LoadBalancers ?? [];
}

async function isCrossZone(elb: AwsClients["elb"], balancer: LoadBalancer): Promise<boolean> {
  if (balancer.Type === "application") return true;
  const answer = await callAws("DescribeLoadBalancerAttributes", () =>
    elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: balancer.LoadBalancerArn })),
  );
  return valueOf(answer.Attributes) === "true";
}

const valueOf = (attributes: readonly LoadBalancerAttribute[] | undefined): string | undefined =>
  attributes?.find(({ Key: key }) => key === CROSS_ZONE)?.Value;
