import {
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { bench, type Bench } from "./clients";

describe("Elastic Load Balancing through the SDK", () => {
  let lab: Bench;
  beforeEach(async () => (lab = await bench(1)));
  afterEach(() => lab.close());

  const health = async (): Promise<unknown> =>
    (await lab.loadBalancing.send(new DescribeTargetHealthCommand({ TargetGroupArn: lab.targetGroupArn })))
      .TargetHealthDescriptions;

  it("reports the health of each target with its reason", async () => {
    expect(await health()).toEqual([]);
    lab.untilHealthy();
    const id = lab.region.state.instances[0]?.id;
    expect(await health()).toEqual([
      { Target: { Id: id, Port: 443 }, HealthCheckPort: "443", TargetHealth: { State: "healthy" } },
    ]);
  });

  it("calls a target that nobody registered unused", async () => {
    const asked = new DescribeTargetHealthCommand({
      TargetGroupArn: lab.targetGroupArn,
      Targets: [{ Id: "i-0123456789abcdef0" }],
    });
    const answer = await lab.loadBalancing.send(asked);
    expect(answer.TargetHealthDescriptions?.[0]?.TargetHealth).toMatchObject({
      State: "unused",
      Reason: "Target.NotRegistered",
    });
  });

  it("leads from the load balancer by its listener to the target group", async () => {
    const of = { LoadBalancerArn: lab.loadBalancerArn };
    const balancers = await lab.loadBalancing.send(new DescribeLoadBalancersCommand({ Names: ["tfe"] }));
    expect(balancers.LoadBalancers).toMatchObject([
      { LoadBalancerArn: lab.loadBalancerArn, Type: "application", Scheme: "internal", State: { Code: "active" } },
    ]);
    const { Listeners } = await lab.loadBalancing.send(new DescribeListenersCommand(of));
    expect(Listeners).toMatchObject([{ Port: 443, DefaultActions: [{ TargetGroupArn: lab.targetGroupArn }] }]);
    const { TargetGroups } = await lab.loadBalancing.send(new DescribeTargetGroupsCommand(of));
    expect(TargetGroups).toMatchObject([
      { TargetGroupArn: lab.targetGroupArn, LoadBalancerArns: [lab.loadBalancerArn], TargetType: "instance" },
    ]);
    const { Attributes } = await lab.loadBalancing.send(new DescribeLoadBalancerAttributesCommand(of));
    expect(Attributes).toContainEqual({ Key: "load_balancing.cross_zone.enabled", Value: "true" });
  });

  it("changes the deregistration delay, from AWS's default on", async () => {
    const delay = async (): Promise<string | undefined> => {
      const of = { TargetGroupArn: lab.targetGroupArn };
      const { Attributes } = await lab.loadBalancing.send(new DescribeTargetGroupAttributesCommand(of));
      return Attributes?.find(({ Key }) => Key === "deregistration_delay.timeout_seconds")?.Value;
    };
    const change = (Value: string): ModifyTargetGroupAttributesCommand =>
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn: lab.targetGroupArn,
        Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value }],
      });
    expect(await delay()).toBe("300");
    await lab.loadBalancing.send(change("10"));
    expect(await delay()).toBe("10");
    await expect(lab.loadBalancing.send(change("3601"))).rejects.toMatchObject({
      name: "InvalidConfigurationRequestException",
    });
  });

  it("answers an unknown target group with the service's own error", async () => {
    const unknown = new DescribeTargetHealthCommand({ TargetGroupArn: "arn:aws:none" });
    await expect(lab.loadBalancing.send(unknown)).rejects.toMatchObject({ name: "TargetGroupNotFoundException" });
  });
});
