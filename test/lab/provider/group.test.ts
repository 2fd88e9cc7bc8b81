import { without } from "../../../lab/provider/value";
import { DEFAULTS } from "../../../lab/region/defaults";
import { serveRegion, type ProvidedRegion, type Properties, type Recorded } from "./support";

const TYPE = "aws:autoscaling/group:Group";

describe("an Auto Scaling group", () => {
  let provided: ProvidedRegion;
  let template: Recorded;
  let group: Properties;

  beforeEach(async () => {
    provided = await serveRegion();
    template = await provided.aws.create("aws:ec2/launchTemplate:LaunchTemplate", "nodes", {
      name: "tfe-lab",
      imageId: DEFAULTS.images.newest,
      instanceType: "m5.xlarge",
      userData: "",
    });
    group = {
      name: "tfe-lab",
      minSize: 2,
      maxSize: 2,
      desiredCapacity: 2,
      launchTemplate: { id: template.id, version: "1" },
      vpcZoneIdentifiers: [...DEFAULTS.subnetIds],
      healthCheckType: "ELB",
      healthCheckGracePeriod: 1800,
      waitForCapacityTimeout: "0",
      tags: [{ key: "Name", value: "tfe-lab", propagateAtLaunch: false }],
    };
  });
  afterEach(() => provided.close());

  const world = () => provided.region.state.groups[0];
  const inService = () => provided.region.state.instances.filter((each) => each.lifecycle === "InService").length;

  it("is made without waiting where the timeout is 0", async () => {
    const made = await provided.aws.create(TYPE, "nodes", group);
    expect(made.id).toBe("tfe-lab");
    expect(made.outputs).toMatchObject({
      ...group,
      launchTemplate: { id: template.id, name: "tfe-lab", version: "1" },
      availabilityZones: ["eu-west-1a", "eu-west-1b"],
      suspendedProcesses: [],
      arn: expect.stringContaining(":autoScalingGroup:") as string,
    });
    expect(inService()).toBe(0);
    expect(await provided.aws.diff(made, group)).toMatchObject({ changes: false });
  });

  it("is waited for until the desired capacity is in service, in the lab's time", async () => {
    provided.pace(20_000);
    const waiting = without(group, "waitForCapacityTimeout");
    const made = await provided.aws.create(TYPE, "nodes", waiting);
    expect(made.inputs["waitForCapacityTimeout"]).toBe("10m");
    expect(inService()).toBe(2);
  });

  it("that does not get its capacity in time is recorded, and the failure says what is missing", async () => {
    provided.pace(20_000);
    provided.region.state.timings.boot = 3_600_000;
    const error = await provided.aws
      .create(TYPE, "nodes", { ...group, waitForCapacityTimeout: "1m30s" })
      .catch((e: unknown) => e);
    expect(error).toMatchObject({
      details:
        "creating aws:autoscaling/group:Group nodes: timeout while waiting (after 90s): want at least 2 healthy instance(s) in Auto Scaling Group, have 0",
    });
    const { metadata } = error as { metadata: { get(key: string): Buffer[] } };
    expect(String(metadata.get("grpc-status-details-bin")[0])).toContain("pulumirpc.ErrorResourceInitFailed");
    expect(world()?.name).toBe("tfe-lab");
  });

  it.each([
    [
      "the capacity",
      { minSize: 0, maxSize: 1, desiredCapacity: 0 },
      { minSize: "UPDATE", maxSize: "UPDATE", desiredCapacity: "UPDATE" },
    ],
    [
      "the health check",
      { healthCheckGracePeriod: 60, healthCheckType: "EC2" },
      { healthCheckGracePeriod: "UPDATE", healthCheckType: "UPDATE" },
    ],
    ["the tags", { tags: [{ key: "Name", value: "other", propagateAtLaunch: false }] }, { "tags[0]": "UPDATE" }],
    ["a subnet", { vpcZoneIdentifiers: [DEFAULTS.subnetIds[0]] }, { "vpcZoneIdentifiers[1]": "DELETE" }],
  ])("changes %s in place", async (_title, change: Properties, detailed) => {
    const made = await provided.aws.create(TYPE, "nodes", group);
    const wanted = { ...group, ...change };
    const diff = await provided.aws.diff(made, wanted);
    expect(diff).toMatchObject({ replaces: [], detailed });
    expect(Object.keys(diff.detailed)).toHaveLength(Object.keys(detailed).length);
    const updated = await provided.aws.update(made, wanted);
    expect(updated.outputs).toMatchObject(change);
    expect((await provided.aws.diff(updated, wanted)).changes).toBe(false);
  });

  it("changes its template's version and moves no instance", async () => {
    const made = await provided.aws.create(TYPE, "nodes", group);
    provided.region.createLaunchTemplateVersion(template.id, {
      imageId: "ami-2",
      instanceType: "m5.xlarge",
      userData: "",
    });
    const wanted = { ...group, launchTemplate: { id: template.id, version: "2" } };
    expect((await provided.aws.diff(made, wanted)).detailed).toEqual({ "launchTemplate.version": "UPDATE" });
    provided.region.advance(provided.region.state.now + 300_000);
    await provided.aws.update(made, wanted);
    expect(world()?.launchTemplateVersion).toBe("2");
    expect(provided.region.state.instances.map((each) => each.launchTemplateVersion)).toEqual([1, 1]);
  });

  it("sends only what differs: capacity moved by others is not put back by another change", async () => {
    const made = await provided.aws.create(TYPE, "nodes", group);
    provided.region.updateGroup("tfe-lab", { min: 1, desired: 1 });
    await provided.aws.update(made, { ...group, healthCheckGracePeriod: 60 });
    expect(world()).toMatchObject({ min: 1, desired: 1, healthCheckGracePeriod: 60 });
  });

  it("is replaced under another name", async () => {
    const made = await provided.aws.create(TYPE, "nodes", group);
    expect(await provided.aws.diff(made, { ...group, name: "other" })).toMatchObject({
      replaces: ["name"],
      detailed: { name: "UPDATE_REPLACE" },
    });
  });

  it("an update that AWS refuses says so in its words", async () => {
    const made = await provided.aws.create(TYPE, "nodes", group);
    await expect(provided.aws.update(made, { ...group, desiredCapacity: 5 })).rejects.toThrow(
      "api error ValidationError:",
    );
    expect(world()?.desired).toBe(2);
  });

  it("scaling to zero waits until none is in service, and not until they are terminated", async () => {
    const waiting = { ...group, waitForCapacityTimeout: "10m" };
    provided.pace(20_000);
    const made = await provided.aws.create(TYPE, "nodes", waiting);
    expect(inService()).toBe(2);
    provided.pace(100);
    await provided.aws.update(made, { ...waiting, minSize: 0, maxSize: 0, desiredCapacity: 0 });
    expect(inService()).toBe(0);
    const states = provided.region.state.instances.map((each) => each.state);
    expect(states).not.toContain("terminated");
  });

  it("scaling to zero fails where Terminate is suspended: the instances stay in service", async () => {
    const waiting = { ...group, waitForCapacityTimeout: "1m" };
    provided.pace(20_000);
    const made = await provided.aws.create(TYPE, "nodes", waiting);
    provided.region.suspendProcesses("tfe-lab", ["Terminate"]);
    await expect(provided.aws.update(made, { ...waiting, minSize: 0, maxSize: 0, desiredCapacity: 0 })).rejects.toThrow(
      "want exactly 0 healthy instance(s) in Auto Scaling Group, have 2",
    );
  });

  it("takes a zero for nothing given when it is made: it begins with its minimum, and the zero is a difference", async () => {
    const zero = { ...group, minSize: 1, desiredCapacity: 0, healthCheckGracePeriod: 0 };
    const made = await provided.aws.create(TYPE, "nodes", zero);
    expect(made.outputs).toMatchObject({ desiredCapacity: 1, healthCheckGracePeriod: 0 });
    expect((await provided.aws.diff(made, zero)).detailed).toEqual({ desiredCapacity: "UPDATE" });
    const none = await provided.aws.create(TYPE, "more", { ...group, name: "none", minSize: 0, desiredCapacity: 0 });
    expect(none.outputs).toMatchObject({ desiredCapacity: 0 });
  });

  describe("and its suspended processes", () => {
    const FENCE = ["HealthCheck", "ReplaceUnhealthy"];
    const suspended = () => world()?.suspended.map((each) => each.process);

    it("suspends what is declared, when the capacity is there, and resumes what no longer is", async () => {
      const made = await provided.aws.create(TYPE, "nodes", { ...group, suspendedProcesses: FENCE });
      expect(suspended()).toEqual(FENCE);
      await provided.aws.update(made, { ...group, suspendedProcesses: ["HealthCheck", "AZRebalance"] });
      expect(suspended()).toEqual(["HealthCheck", "AZRebalance"]);
    });

    it("leaves alone what others suspended, as long as it is not in the state", async () => {
      const made = await provided.aws.create(TYPE, "nodes", group);
      provided.region.suspendProcesses("tfe-lab", FENCE);
      expect((await provided.aws.diff(made, group)).changes).toBe(false);
      await provided.aws.update(made, { ...group, healthCheckGracePeriod: 60 });
      expect(suspended()).toEqual(FENCE);
    });

    it("after a refresh an update resumes them…", async () => {
      const made = await provided.aws.create(TYPE, "nodes", group);
      provided.region.suspendProcesses("tfe-lab", FENCE);
      const refreshed = await provided.aws.read(made);
      if (!refreshed) throw new Error("gone");
      expect(refreshed.outputs["suspendedProcesses"]).toEqual(FENCE);
      expect((await provided.aws.diff(refreshed, group)).detailed).toEqual({ suspendedProcesses: "DELETE" });
      await provided.aws.update(refreshed, group);
      expect(suspended()).toEqual([]);
    });

    it("…unless they are ignored", async () => {
      const made = await provided.aws.create(TYPE, "nodes", group);
      provided.region.suspendProcesses("tfe-lab", FENCE);
      const refreshed = await provided.aws.read(made);
      if (!refreshed) throw new Error("gone");
      expect((await provided.aws.diff(refreshed, group, ["suspendedProcesses"])).changes).toBe(false);
      await provided.aws.update(refreshed, { ...group, healthCheckGracePeriod: 60 }, ["suspendedProcesses"]);
      expect(suspended()).toEqual(FENCE);
    });
  });

  it("reads drift in the inputs that the program gave", async () => {
    const made = await provided.aws.create(TYPE, "nodes", group);
    provided.region.updateGroup("tfe-lab", { min: 0, desired: 0, launchTemplateVersion: "$Latest" });
    const read = await provided.aws.read(made);
    expect(read?.inputs).toMatchObject({
      minSize: 0,
      desiredCapacity: 0,
      launchTemplate: { id: template.id, version: "$Latest" },
    });
    expect(read?.inputs).not.toHaveProperty("suspendedProcesses");
    expect((await provided.aws.diff(read ?? made, group)).detailed).toEqual({
      minSize: "UPDATE",
      desiredCapacity: "UPDATE",
      "launchTemplate.version": "UPDATE",
    });
  });

  it("imports", async () => {
    const made = await provided.aws.create(TYPE, "nodes", group);
    const imported = await provided.aws.read({ ...made, inputs: {}, outputs: {} });
    expect(imported?.inputs).toMatchObject({ name: "tfe-lab", minSize: 2, healthCheckType: "ELB" });
  });

  it("is emptied before it is deleted, and deleting ends when it is gone", async () => {
    const made = await provided.aws.create(TYPE, "nodes", group);
    provided.region.advance(provided.region.state.now + 300_000);
    expect(inService()).toBe(2);
    provided.pace(20_000);
    await provided.aws.delete(made);
    expect(world()).toBeUndefined();
    expect(provided.region.state.instances.map((each) => each.state)).toEqual(["terminated", "terminated"]);
    expect(await provided.aws.read(made)).toBeUndefined();
  });

  it("is deleted with its instances where that is forced", async () => {
    const made = await provided.aws.create(TYPE, "nodes", { ...group, forceDelete: true });
    provided.region.advance(provided.region.state.now + 300_000);
    provided.pace(20_000);
    await provided.aws.delete(made);
    expect(world()).toBeUndefined();
  });

  it("whose instances cannot be terminated is not deleted, and says why", async () => {
    const made = await provided.aws.create(TYPE, "nodes", group);
    provided.region.advance(provided.region.state.now + 300_000);
    provided.region.suspendProcesses("tfe-lab", ["Terminate"]);
    provided.pace(60_000);
    await expect(provided.aws.delete(made)).rejects.toThrow("Auto Scaling Group (tfe-lab) drain: 2 instances left");
    expect(world()?.desired).toBe(0);
  });

  it("stops waiting when the engine cancels", async () => {
    provided.region.state.timings.boot = 3_600_000;
    const making = provided.aws.create(TYPE, "nodes", { ...group, waitForCapacityTimeout: "10m" });
    const outcome = expect(making).rejects.toThrow("cancelled");
    while (!world()) await new Promise((resolve) => setTimeout(resolve, 5));
    await provided.aws.cancel();
    await outcome;
  });
});
