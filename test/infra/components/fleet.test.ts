import type * as pulumi from "@pulumi/pulumi";
import { pinnedVersion } from "../../../infra/components/fleet";
import { valueOf } from "../../support/pulumi";
import { declareStack, TYPES } from "../../support/stack";

describe("the group", () => {
  it("has one fixed size and is pinned to the number of the version it was created with", async () => {
    const { inputs, options } = (await declareStack({ nodeCount: "1", deregistrationDelay: "20" })).only(TYPES.group);
    expect(inputs).toEqual({
      name: "tfe-test",
      minSize: 1,
      maxSize: 1,
      desiredCapacity: 1,
      launchTemplate: { id: "nodes-id", version: "7" },
      vpcZoneIdentifiers: ["subnet-1", "subnet-2"],
      targetGroupArns: [`arn:${TYPES.targetGroup}:nodes`],
      healthCheckType: "ELB",
      healthCheckGracePeriod: 1800,
      waitForCapacityTimeout: "0",
      tags: [
        { key: "Name", value: "tfe-test", propagateAtLaunch: false },
        { key: "tfe-repave:stack", value: "test", propagateAtLaunch: false },
      ],
    });
    expect(options.ignoreChanges).toEqual(["suspendedProcesses", "launchTemplate.version"]);
  });

  it("follows activeTemplateVersion once the orchestrator has written it, and not the newest version", async () => {
    const { only, outputs } = await declareStack({ activeTemplateVersion: "5" });
    const { inputs, options } = only(TYPES.group);
    expect(inputs["launchTemplate"]).toEqual({ id: "nodes-id", version: "5" });
    expect(options.ignoreChanges).toEqual(["suspendedProcesses"]);
    expect(outputs).toMatchObject({ activeTemplateVersion: 5, latestTemplateVersion: 7 });
  });

  it("has no node before network rules, role and listener stand", async () => {
    const { only } = await declareStack();
    const after = only(TYPES.group).options.dependsOn as pulumi.Resource[];
    expect(await Promise.all(after.map(({ urn }) => valueOf(urn)))).toEqual([
      expect.stringContaining("tfe:infra:Access::"),
      expect.stringContaining("tfe:infra:Identity::"),
      expect.stringContaining("tfe:infra:Entrypoint::"),
    ]);
  });

  it("is protected, and so is what running nodes use and users come in by; nothing else is", async () => {
    const { resources } = await declareStack();
    const isProtected = resources.filter((resource) => resource.options.protect === true).map(({ type }) => type);
    const { group, template, targetGroup, loadBalancer, securityGroup, role, profile } = TYPES;
    expect(isProtected.sort()).toEqual(
      [group, template, targetGroup, loadBalancer, securityGroup, securityGroup, role, profile].sort(),
    );
  });
});

describe("pinnedVersion", () => {
  it("is the number that the group is pinned to", () => {
    expect(pinnedVersion("12")).toBe(12);
  });

  it.each(["$Latest", "$Default", "", undefined])("refuses %s: nobody knows what the next node would be", (version) => {
    expect(() => pinnedVersion(version)).toThrow("Set tfe:activeTemplateVersion");
  });
});
