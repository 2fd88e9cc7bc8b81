import { provisionsOf } from "../../../lab/region/provisions";
import { awsLaunchMarket } from "../../../orchestration/adapters/aws/launchMarket";
import type { LaunchMarket } from "../../../orchestration/ports/account/launchMarket";
import { serveEstate, type ServedEstate } from "../../lab/servedEstate";

let lab: ServedEstate;
let launchMarket: LaunchMarket;
beforeEach(async () => {
  lab = await serveEstate({ count: 2 });
  launchMarket = awsLaunchMarket(lab);
});
afterEach(() => lab.close());

describe("what the group launches", () => {
  it("is the type of the version that it is pinned to, in its zones", async () => {
    const { templateId } = lab;
    const [first] = lab.region.state.launchTemplates[0]?.versions ?? [];
    if (!first) throw new Error("there is no template");
    lab.region.createLaunchTemplateVersion(templateId, { ...first, instanceType: "m6g.large" });
    expect(await launchMarket.demand()).toEqual({ instanceType: "m5.xlarge", zones: ["eu-west-1a", "eu-west-1b"] });
    lab.region.updateGroup(lab.groupName, { launchTemplateVersion: "$Latest" });
    expect((await launchMarket.demand()).instanceType).toBe("m6g.large");
  });

  it("is nobody's where the group is not there", async () => {
    await expect(awsLaunchMarket({ ...lab, groupName: "nobodys" }).demand()).rejects.toMatchObject({
      code: "GROUP_NOT_FOUND",
      detail: "nobodys",
    });
  });
});

describe("an instance type", () => {
  it("has architectures, vCPUs and zones", async () => {
    expect(await launchMarket.instanceType("m5.xlarge")).toEqual({
      architectures: ["x86_64"],
      vcpus: 4,
      zones: ["eu-west-1a", "eu-west-1b"],
    });
    provisionsOf(lab.region.state).zonesWithoutTypes.push("eu-west-1a");
    expect((await launchMarket.instanceType("m5.xlarge"))?.zones).toEqual(["eu-west-1b"]);
  });

  it("may be one that EC2 does not know", async () => {
    expect(await launchMarket.instanceType("m5.enormous")).toBeUndefined();
  });
});

describe("the quota of vCPUs", () => {
  it("counts what others run, and not the fleet's own nodes", async () => {
    expect(await launchMarket.vcpuQuota("m5.xlarge")).toEqual({ limit: 64, usedByOthers: 0 });
    const [other] = lab.region.state.instances;
    if (other) other.tags = { Name: "somebody else's" };
    provisionsOf(lab.region.state).vcpuQuota = 32;
    expect(await launchMarket.vcpuQuota("m5.xlarge")).toEqual({ limit: 32, usedByOthers: 4 });
  });

  it("is not known for the families that have another", async () => {
    expect(await launchMarket.vcpuQuota("p4d.24xlarge")).toBeUndefined();
  });
});
