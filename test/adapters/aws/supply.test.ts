import { provisionsOf } from "../../../lab/region/provisions";
import { awsSupply } from "../../../orchestration/adapters/aws/supply";
import type { Supply } from "../../../orchestration/ports/supply";
import { labRegion, type LabRegion } from "../labRegion";

let lab: LabRegion;
let supply: Supply;
beforeEach(async () => {
  lab = await labRegion({ nodes: 2 });
  supply = awsSupply(lab);
});
afterEach(() => lab.close());

describe("what the group launches", () => {
  it("is the type of the version that it is pinned to, in its zones", async () => {
    const { templateId } = lab;
    const [first] = lab.region.state.launchTemplates[0]?.versions ?? [];
    if (!first) throw new Error("there is no template");
    lab.region.createLaunchTemplateVersion(templateId, { ...first, instanceType: "m6g.large" });
    expect(await supply.demand()).toEqual({ instanceType: "m5.xlarge", zones: ["eu-west-1a", "eu-west-1b"] });
    lab.region.updateGroup(lab.groupName, { launchTemplateVersion: "$Latest" });
    expect((await supply.demand()).instanceType).toBe("m6g.large");
  });

  it("is nobody's where the group is not there", async () => {
    await expect(awsSupply({ ...lab, groupName: "nobodys" }).demand()).rejects.toMatchObject({
      code: "GROUP_NOT_FOUND",
      detail: "nobodys",
    });
  });
});

describe("an instance type", () => {
  it("has architectures, vCPUs and zones", async () => {
    expect(await supply.instanceType("m5.xlarge")).toEqual({
      architectures: ["x86_64"],
      vcpus: 4,
      zones: ["eu-west-1a", "eu-west-1b"],
    });
    provisionsOf(lab.region.state).zonesWithoutTypes.push("eu-west-1a");
    expect((await supply.instanceType("m5.xlarge"))?.zones).toEqual(["eu-west-1b"]);
  });

  it("may be one that EC2 does not know", async () => {
    expect(await supply.instanceType("m5.enormous")).toBeUndefined();
  });
});

describe("the quota of vCPUs", () => {
  it("counts what others run, and not the fleet's own nodes", async () => {
    expect(await supply.vcpuQuota("m5.xlarge")).toEqual({ limit: 64, usedByOthers: 0 });
    const [other] = lab.region.state.instances;
    if (other) other.tags = { Name: "somebody else's" };
    provisionsOf(lab.region.state).vcpuQuota = 32;
    expect(await supply.vcpuQuota("m5.xlarge")).toEqual({ limit: 32, usedByOthers: 4 });
  });

  it("is not known for the families that have another", async () => {
    expect(await supply.vcpuQuota("p4d.24xlarge")).toBeUndefined();
  });
});

describe("the entrypoint", () => {
  it("is an application load balancer, which balances across zones", async () => {
    expect(await supply.entrypoint()).toEqual({ loadBalancers: ["tfe"], crossZone: true });
  });

  it("keeps to its zones where the target group says so", async () => {
    for (const targets of lab.region.state.targetGroups) targets.crossZone = false;
    expect((await supply.entrypoint()).crossZone).toBe(false);
  });

  it("that is a network load balancer keeps to its zones, unless the target group says otherwise", async () => {
    for (const balancer of lab.region.state.loadBalancers) Object.assign(balancer, { type: "network" });
    expect((await supply.entrypoint()).crossZone).toBe(false);
    for (const targets of lab.region.state.targetGroups) targets.crossZone = true;
    expect((await supply.entrypoint()).crossZone).toBe(true);
  });

  it("may lead to no target group at all", async () => {
    lab.region.state.listeners = [];
    expect(await supply.entrypoint()).toEqual({ loadBalancers: [], crossZone: true });
    const nowhere = awsSupply({ ...lab, targetGroupArn: `${lab.targetGroupArn}0` });
    await expect(nowhere.entrypoint()).rejects.toMatchObject({ code: "GROUP_NOT_FOUND" });
  });
});
