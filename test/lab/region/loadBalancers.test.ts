import { DEFAULTS } from "../../../lab/region/defaults";
import { createRegion } from "../../../lab/region/region";

function built() {
  const region = createRegion();
  const balancer = region.createLoadBalancer({
    name: "tfe",
    type: "application",
    internal: true,
    subnetIds: [...DEFAULTS.subnetIds],
    securityGroups: [],
  });
  const targetGroup = region.createTargetGroup({ name: "t", port: 443, protocol: "HTTPS", vpcId: DEFAULTS.vpcId });
  const listener = region.createListener({ loadBalancerArn: balancer.arn, port: 443, protocol: "HTTPS" });
  return { region, balancer, targetGroup, listener };
}

const code = (name: string) => expect.objectContaining({ code: name }) as Error;

describe("load balancers", () => {
  test("names and ARNs are of AWS's form", () => {
    const { balancer, targetGroup, listener } = built();
    const elb = String.raw`^arn:aws:elasticloadbalancing:eu-west-1:123456789012`;

    expect(balancer.dnsName).toMatch(/^internal-tfe-\d+\.eu-west-1\.elb\.amazonaws\.com$/);
    expect(balancer.scheme).toBe("internal");
    expect(balancer.arn).toMatch(new RegExp(`${elb}:loadbalancer/app/tfe/[0-9a-f]{16}$`));
    expect(targetGroup.arn).toMatch(new RegExp(`${elb}:targetgroup/t/[0-9a-f]{16}$`));
    expect(listener.arn).toMatch(new RegExp(`${elb}:listener/app/tfe/[0-9a-f]{16}/[0-9a-f]{16}$`));
  });

  test("a target group has the API's defaults", () => {
    const { region, targetGroup } = built();
    expect(targetGroup).toMatchObject({
      deregistrationDelay: 300,
      healthCheck: {
        path: "/",
        protocol: "HTTP",
        intervalSeconds: 30,
        timeoutSeconds: 5,
        healthyThreshold: 5,
        unhealthyThreshold: 2,
        matcher: "200",
      },
    });
    const network = region.createTargetGroup({ name: "n", port: 443, protocol: "TCP", vpcId: DEFAULTS.vpcId });
    expect(network.healthCheck).toMatchObject({ protocol: "TCP", timeoutSeconds: 10 });
  });

  test("an update changes what it names and nothing else", () => {
    const { region, targetGroup, listener } = built();
    region.updateTargetGroup(targetGroup.arn, { deregistrationDelay: 10, healthCheck: { path: "/x" } });
    expect(targetGroup).toMatchObject({ deregistrationDelay: 10, healthCheck: { path: "/x", intervalSeconds: 30 } });

    region.updateListener(listener.arn, { targetGroupArn: targetGroup.arn });
    region.updateListener(listener.arn, { certificateArn: DEFAULTS.certificateArn });
    expect(listener).toMatchObject({ targetGroupArn: targetGroup.arn, certificateArn: DEFAULTS.certificateArn });
  });

  test("listeners go with their load balancer", () => {
    const { region, balancer, listener } = built();
    region.deleteLoadBalancer(balancer.arn);

    expect(region.state.listeners).toEqual([]);
    expect(() => region.deleteListener(listener.arn)).toThrow(code("ListenerNotFound"));
    expect(() => region.deleteLoadBalancer(balancer.arn)).toThrow(code("LoadBalancerNotFound"));
  });

  test("a name and a port are taken once", () => {
    const { region, balancer } = built();
    expect(() =>
      region.createLoadBalancer({ name: "tfe", type: "network", internal: false, subnetIds: [], securityGroups: [] }),
    ).toThrow(code("DuplicateLoadBalancerName"));
    expect(() => region.createListener({ loadBalancerArn: balancer.arn, port: 443, protocol: "HTTPS" })).toThrow(
      code("DuplicateListener"),
    );
  });

  test("a target group that no listener names can be deleted", () => {
    const { region, targetGroup } = built();
    region.deleteTargetGroup(targetGroup.arn);
    expect(region.state.targetGroups).toEqual([]);
    expect(() => region.route(targetGroup.arn)).toThrow(code("TargetGroupNotFound"));
  });
});
