import { declareStack, STACK_TAGS, TYPES } from "../../support/stack";

describe("the entry point", () => {
  it("checks each node's health over HTTPS every five seconds and lets it go after ten", async () => {
    expect((await declareStack()).only(TYPES.targetGroup).inputs).toEqual({
      name: "tfe-test",
      vpcId: "vpc-1",
      targetType: "instance",
      port: 443,
      protocol: "HTTPS",
      deregistrationDelay: 10,
      healthCheck: {
        enabled: true,
        protocol: "HTTPS",
        port: "443",
        path: "/_health_check",
        matcher: "200",
        interval: 5,
        timeout: 4,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
      tags: STACK_TAGS,
    });
  });

  it("is an internal load balancer with one HTTPS listener", async () => {
    const { only } = await declareStack({ loadBalancerSubnetIds: '["subnet-8","subnet-9"]' });
    expect(only(TYPES.loadBalancer).inputs).toEqual({
      name: "tfe-test",
      loadBalancerType: "application",
      internal: true,
      subnets: ["subnet-8", "subnet-9"],
      securityGroups: ["lb-id"],
      dropInvalidHeaderFields: true,
      tags: STACK_TAGS,
    });
    expect(only(TYPES.listener).inputs).toEqual({
      loadBalancerArn: `arn:${TYPES.loadBalancer}:load-balancer`,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/1",
      defaultActions: [{ type: "forward", targetGroupArn: `arn:${TYPES.targetGroup}:nodes` }],
      tags: STACK_TAGS,
    });
  });
});
