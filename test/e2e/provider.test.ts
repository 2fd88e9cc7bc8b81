/** The lab's providers under the real Pulumi engine: what the unit tests ask in the engine's place, the engine asks here. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { DEFAULTS } from "../../lab/region/defaults";
import { anEngineEstate, preview, values, type EngineEstate } from "./providerSupport";

jest.setTimeout(120_000);

describe("a small program", () => {
  let estate: EngineEstate;
  let stack: Stack;
  let userData = "one";
  let fence: { ignored: boolean } = { ignored: true };
  /** Whether the last run of the program knew the newest version before the update. */
  let latestKnown: boolean | undefined;

  async function program() {
    const template = new aws.ec2.LaunchTemplate("nodes", {
      imageId: DEFAULTS.images.newest,
      instanceType: "m5.xlarge",
      userData: Buffer.from(userData).toString("base64"),
    });
    const group = new aws.autoscaling.Group(
      "nodes",
      {
        minSize: 1,
        maxSize: 1,
        launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
        vpcZoneIdentifiers: [...DEFAULTS.subnetIds],
        waitForCapacityTimeout: "0",
      },
      { ignoreChanges: ["launchTemplate.version", ...(fence.ignored ? ["suspendedProcesses"] : [])] },
    );
    const token = pulumi.secret("t0ken");
    const gate = new command.local.Command("gate", {
      create: 'echo "gate of $GROUP"; echo run >> runs',
      dir: estate.dir,
      environment: { GROUP: group.name, TOKEN: token },
      triggers: [group.arn],
    });
    latestKnown = await (template.latestVersion as unknown as { isKnown: Promise<boolean> }).isKnown;
    return { group: group.name, latest: template.latestVersion, pinned: group.launchTemplate, said: gate.stdout };
  }

  beforeAll(async () => {
    estate = await anEngineEstate();
    stack = await estate.stack(program);
  });
  afterAll(() => estate.close());

  const suspended = () => estate.region.state.groups[0]?.suspended.map((each) => each.process);

  it("is built, its command run, and what a secret touched is secret", async () => {
    const { outputs } = await stack.up();
    const [group] = estate.region.state.groups;
    expect(values(outputs)).toMatchObject({
      group: group?.name,
      latest: 1,
      pinned: { version: "1" },
      said: `gate of ${group?.name ?? ""}`,
    });
    expect(outputs["said"]?.secret).toBe(true);
    expect(outputs["latest"]?.secret).toBe(false);
    expect(await readFile(join(estate.dir, "runs"), "utf8")).toBe("run\n");
  });

  it("changes nothing a second time", async () => {
    expect(await preview(stack)).toEqual([]);
    await stack.up({ expectNoChanges: true });
  });

  it("previews other user data as a version that is not known yet, and moves no node", async () => {
    userData = "two";
    expect(await preview(stack)).toEqual([
      "update aws:ec2/launchTemplate:LaunchTemplate nodes [latestVersion, userData]",
    ]);
    expect(latestKnown).toBe(false);
    const { outputs } = await stack.up();
    expect(values(outputs)).toMatchObject({ latest: 2, pinned: { version: "1" } });
    expect(estate.region.state.groups[0]?.launchTemplateVersion).toBe("1");
    expect(await preview(stack)).toEqual([]);
  });

  it("keeps what is suspended after a refresh where that is ignored, and resumes it where it is not", async () => {
    const name = estate.region.state.groups[0]?.name ?? "";
    estate.region.suspendProcesses(name, ["HealthCheck", "ReplaceUnhealthy"]);
    await stack.refresh();
    expect(await preview(stack)).toEqual([]);
    await stack.up();
    expect(suspended()).toEqual(["HealthCheck", "ReplaceUnhealthy"]);

    fence = { ignored: false };
    expect(await preview(stack)).toEqual(["update aws:autoscaling/group:Group nodes [suspendedProcesses]"]);
    await stack.up();
    expect(suspended()).toEqual([]);
  });

  it("shows capacity that somebody moved as drift", async () => {
    const name = estate.region.state.groups[0]?.name ?? "";
    estate.region.updateGroup(name, { min: 0, max: 0, desired: 0 });
    await stack.refresh();
    expect(await preview(stack)).toEqual(["update aws:autoscaling/group:Group nodes [maxSize, minSize]"]);
    await stack.up();
    expect(estate.region.state.groups[0]).toMatchObject({ min: 1, max: 1 });
  });

  it("builds again what somebody deleted", async () => {
    const [template] = estate.region.state.launchTemplates;
    if (template) estate.region.deleteLaunchTemplate(template.id);
    await stack.refresh();
    expect((await preview(stack))[0]).toBe("create aws:ec2/launchTemplate:LaunchTemplate nodes");
    await stack.up();
    expect(estate.region.state.launchTemplates).toHaveLength(1);
  });

  it("is destroyed: the group when its instances are gone", async () => {
    await stack.destroy();
    const { groups, launchTemplates, instances } = estate.region.state;
    expect([groups, launchTemplates]).toEqual([[], []]);
    expect(new Set(instances.map((each) => each.state))).toEqual(new Set(["terminated"]));
  });
});
