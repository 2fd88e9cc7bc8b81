import {
  DescribeListenersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
  type TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { FoundTargets } from "../../../ports/runningFleet";
import { callAws } from "../errors";

/** Target groups, with what leads to them. */
export async function foundTargets(
  elb: ElasticLoadBalancingV2Client,
  arns: readonly string[],
): Promise<readonly FoundTargets[]> {
  if (arns.length === 0) return [];
  const command = new DescribeTargetGroupsCommand({ TargetGroupArns: [...arns] });
  const answer = await callAws("DescribeTargetGroups", () => elb.send(command));
  return Promise.all((answer.TargetGroups ?? []).map((group) => inFull(elb, group)));
}

async function inFull(elb: ElasticLoadBalancingV2Client, group: TargetGroup): Promise<FoundTargets> {
  const arn = group.TargetGroupArn ?? "";
  const attributes = new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn });
  const { Attributes: found } = await callAws("DescribeTargetGroupAttributes", () => elb.send(attributes));
  const delay = found?.find(({ Key: key }) => key === "deregistration_delay.timeout_seconds")?.Value;
  return {
    arn,
    port: group.Port ?? 0,
    vpcId: group.VpcId,
    healthCheck: [group.HealthCheckProtocol, group.HealthCheckPath].filter(Boolean).join(" "),
    deregistrationDelay: delay === undefined ? undefined : Number(delay),
    certificateArns: await certificates(elb, group.LoadBalancerArns ?? [], arn),
  };
}

/** Of the listeners whose default action leads there; rules of a listener are not looked at. */
async function certificates(
  elb: ElasticLoadBalancingV2Client,
  balancers: readonly string[],
  targetGroupArn: string,
): Promise<readonly string[]> {
  const answers = await Promise.all(
    balancers.map((LoadBalancerArn) =>
      callAws("DescribeListeners", () => elb.send(new DescribeListenersCommand({ LoadBalancerArn }))),
    ),
  );
  const listeners = answers.flatMap(({ Listeners: page }) => page ?? []);
  const leading = listeners.filter(({ DefaultActions: actions }) =>
    actions?.some(
      (action) =>
        action.TargetGroupArn === targetGroupArn ||
        action.ForwardConfig?.TargetGroups?.some((one) => one.TargetGroupArn === targetGroupArn),
    ),
  );
  const arns = leading.flatMap(({ Certificates: all }) => (all ?? []).flatMap((one) => one.CertificateArn ?? []));
  return [...new Set(arns)];
}
