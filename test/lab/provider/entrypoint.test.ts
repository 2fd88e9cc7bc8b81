import { without } from "../../../lab/provider/value";
import { DEFAULTS } from "../../../lab/region/defaults";
import { serveRegion, UNKNOWN, type ProvidedRegion, type Properties } from "./support";

const LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
const LISTENER = "aws:lb/listener:Listener";

const BALANCER: Properties = {
  name: "tfe-lab",
  loadBalancerType: "application",
  internal: true,
  subnets: [...DEFAULTS.subnetIds],
  securityGroups: ["sg-1"],
  dropInvalidHeaderFields: true,
  tags: { Name: "tfe-lab" },
};

const TARGETS: Properties = {
  name: "tfe-lab",
  port: 443,
  protocol: "HTTPS",
  targetType: "instance",
  vpcId: DEFAULTS.vpcId,
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
  tags: { Name: "tfe-lab" },
};

describe("the way in", () => {
  let provided: ProvidedRegion;
  beforeEach(async () => (provided = await serveRegion()));
  afterEach(() => provided.close());

  async function aListener() {
    const balancer = await provided.aws.create(LOAD_BALANCER, "entrypoint", BALANCER);
    const targets = await provided.aws.create(TARGET_GROUP, "nodes", TARGETS);
    const inputs: Properties = {
      loadBalancerArn: balancer.id,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificateArn: DEFAULTS.certificateArn,
      defaultActions: [{ type: "forward", targetGroupArn: targets.id }],
      tags: { Name: "tfe-lab" },
    };
    return { balancer, targets, inputs, listener: await provided.aws.create(LISTENER, "https", inputs) };
  }

  it("a load balancer's id is its ARN, and it has an address", async () => {
    const made = await provided.aws.create(LOAD_BALANCER, "entrypoint", BALANCER);
    expect(made.outputs).toMatchObject({
      ...BALANCER,
      id: made.id,
      arn: made.id,
      arnSuffix: expect.stringMatching(/^app\/tfe-lab\/[0-9a-f]{16}$/) as string,
      dnsName: expect.stringMatching(/^internal-tfe-lab-\d+\.eu-west-1\.elb\.amazonaws\.com$/) as string,
      idleTimeout: 60,
    });
    expect((await provided.aws.diff(made, BALANCER)).changes).toBe(false);
  });

  it("a load balancer of a name that is taken is refused before AWS is asked, in the provider's words", async () => {
    await provided.aws.create(LOAD_BALANCER, "entrypoint", BALANCER);
    await expect(provided.aws.create(LOAD_BALANCER, "another", { ...BALANCER, internal: false })).rejects.toThrow(
      "creating aws:lb/loadBalancer:LoadBalancer another: ELBv2 Load Balancer (tfe-lab) already exists",
    );
    // Of another type, the service itself refuses it.
    await expect(
      provided.aws.create(LOAD_BALANCER, "network", { ...BALANCER, loadBalancerType: "network" }),
    ).rejects.toThrow("api error DuplicateLoadBalancerName");
    expect(provided.region.state.loadBalancers).toHaveLength(1);
  });

  it.each([
    ["name", { name: "other" }],
    ["internal", { internal: false }],
    ["loadBalancerType", { loadBalancerType: "network" }],
  ])("a load balancer is replaced by another %s", async (input, change: Properties) => {
    const made = await provided.aws.create(LOAD_BALANCER, "entrypoint", BALANCER);
    expect((await provided.aws.diff(made, { ...BALANCER, ...change })).replaces).toEqual([input]);
  });

  it("a load balancer's subnets, groups, attributes and tags change in place", async () => {
    const made = await provided.aws.create(LOAD_BALANCER, "entrypoint", BALANCER);
    const wanted = { ...BALANCER, subnets: ["subnet-9"], securityGroups: ["sg-2"], idleTimeout: 120, tags: {} };
    const diff = await provided.aws.diff(made, wanted);
    expect(diff.replaces).toEqual([]);
    expect([...diff.diffs].sort()).toEqual(["idleTimeout", "securityGroups", "subnets", "tags", "tagsAll"]);
    const updated = await provided.aws.update(made, wanted);
    expect(updated.outputs).toMatchObject({ subnets: ["subnet-9"], securityGroups: ["sg-2"], idleTimeout: 120 });
    expect(provided.region.state.loadBalancers[0]).toMatchObject({ subnetIds: ["subnet-9"], tags: {} });
  });

  it("a load balancer under deletion protection stays", async () => {
    const made = await provided.aws.create(LOAD_BALANCER, "entrypoint", {
      ...BALANCER,
      enableDeletionProtection: true,
    });
    await expect(provided.aws.delete(made)).rejects.toThrow("OperationNotPermitted");
    expect(provided.region.state.loadBalancers).toHaveLength(1);
  });

  it("names that nobody gives stay within 32 characters, and a replacement gets another one", async () => {
    const unnamed = without(TARGETS, "name");
    const long = "a-target-group-with-a-very-long-name";
    const made = await provided.aws.create(TARGET_GROUP, long, unnamed);
    expect(made.outputs["name"]).toMatch(/^a-target-group-with-a-ve-[0-9a-f]{7}$/);
    const diff = await provided.aws.diff(made, { ...unnamed, port: 8443 });
    expect(diff).toMatchObject({ replaces: ["port"], deleteBeforeReplace: false });
    const replacement = await provided.aws.create(TARGET_GROUP, long, { ...unnamed, port: 8443 });
    expect(replacement.outputs["name"]).not.toBe(made.outputs["name"]);
  });

  it("a target group has the health check it was given, in the API's words", async () => {
    const made = await provided.aws.create(TARGET_GROUP, "nodes", TARGETS);
    expect(made.outputs).toMatchObject(TARGETS);
    expect(provided.region.state.targetGroups[0]).toMatchObject({
      deregistrationDelay: 10,
      healthCheck: { path: "/_health_check", intervalSeconds: 5, timeoutSeconds: 4, healthyThreshold: 2 },
    });
    expect((await provided.aws.diff(made, TARGETS)).changes).toBe(false);
  });

  it("a target group's health check and deregistration delay change in place", async () => {
    const made = await provided.aws.create(TARGET_GROUP, "nodes", TARGETS);
    const wanted = {
      ...TARGETS,
      deregistrationDelay: 300,
      healthCheck: { ...(TARGETS["healthCheck"] as object), interval: 30 },
    };
    expect(await provided.aws.diff(made, wanted)).toMatchObject({
      replaces: [],
      detailed: { deregistrationDelay: "UPDATE", "healthCheck.interval": "UPDATE" },
    });
    await provided.aws.update(made, wanted);
    expect(provided.region.state.targetGroups[0]).toMatchObject({
      deregistrationDelay: 300,
      healthCheck: { intervalSeconds: 30, path: "/_health_check" },
    });
  });

  it.each([
    ["port", 8443],
    ["protocol", "HTTP"],
    ["vpcId", "vpc-9"],
  ])(
    "a target group is replaced by another %s, and the old one goes first where it has the name",
    async (key, value) => {
      const made = await provided.aws.create(TARGET_GROUP, "nodes", TARGETS);
      const diff = await provided.aws.diff(made, { ...TARGETS, [key]: value });
      expect(diff).toMatchObject({ replaces: [key], detailed: { [key]: "UPDATE_REPLACE" }, deleteBeforeReplace: true });
    },
  );

  it("what somebody changed on a target group is drift", async () => {
    const made = await provided.aws.create(TARGET_GROUP, "nodes", TARGETS);
    provided.region.updateTargetGroup(made.id, { deregistrationDelay: 300 });
    const read = await provided.aws.read(made);
    expect(read?.inputs["deregistrationDelay"]).toBe(300);
    expect((await provided.aws.diff(read ?? made, TARGETS)).detailed).toEqual({ deregistrationDelay: "UPDATE" });
  });

  it("a listener forwards to its target group", async () => {
    const { listener, inputs, targets, balancer } = await aListener();
    expect(listener.outputs).toMatchObject({ ...inputs, arn: listener.id });
    expect(provided.region.state.listeners[0]).toMatchObject({
      targetGroupArn: targets.id,
      loadBalancerArn: balancer.id,
    });
    expect((await provided.aws.diff(listener, inputs)).changes).toBe(false);
    expect((await provided.aws.read(targets))?.outputs["loadBalancerArns"]).toEqual([balancer.id]);
  });

  it("a listener changes its target in place, and only another load balancer replaces it", async () => {
    const { listener, inputs } = await aListener();
    const other = await provided.aws.create(TARGET_GROUP, "other", { ...TARGETS, name: "other" });
    const wanted = { ...inputs, port: 8443, defaultActions: [{ type: "forward", targetGroupArn: other.id }] };
    expect(await provided.aws.diff(listener, wanted)).toMatchObject({
      replaces: [],
      detailed: { port: "UPDATE", "defaultActions[0].targetGroupArn": "UPDATE" },
    });
    await provided.aws.update(listener, wanted);
    expect(provided.region.state.listeners[0]).toMatchObject({ targetGroupArn: other.id, port: 8443 });
    expect((await provided.aws.diff(listener, { ...inputs, loadBalancerArn: UNKNOWN })).detailed).toEqual({
      loadBalancerArn: "UPDATE_REPLACE",
    });
  });

  it("a target group in use is not deleted, and what has no use is", async () => {
    const { listener, targets, balancer } = await aListener();
    await expect(provided.aws.delete(targets)).rejects.toThrow("api error ResourceInUse");
    for (const each of [listener, targets, balancer]) await provided.aws.delete(each);
    const { listeners, targetGroups, loadBalancers } = provided.region.state;
    expect([listeners, targetGroups, loadBalancers]).toEqual([[], [], []]);
    for (const each of [listener, targets, balancer]) expect(await provided.aws.read(each)).toBeUndefined();
  });
});
