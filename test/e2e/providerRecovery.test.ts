/** What the real Pulumi engine makes of the lab's providers when something goes wrong, and of what it did not build itself. */
import * as aws from "@pulumi/aws";
import * as command from "@pulumi/command";
import type { Stack } from "@pulumi/pulumi/automation";
import { DEFAULTS } from "../../lab/region/defaults";
import { anEngineEstate, preview, type EngineEstate } from "./providerSupport";

jest.setTimeout(120_000);

const TEMPLATE = { name: "lab", imageId: DEFAULTS.images.newest, instanceType: "m5.xlarge", userData: "" };

let estate: EngineEstate;
let stack: Stack;
let wanted: { waitForCapacityTimeout: string; maxSize: number; gate: string; imports?: string };

function program() {
  const { waitForCapacityTimeout, maxSize, gate, imports } = wanted;
  const template = new aws.ec2.LaunchTemplate("nodes", TEMPLATE, imports === undefined ? {} : { import: imports });
  const group = new aws.autoscaling.Group(
    "nodes",
    {
      name: "lab",
      minSize: 1,
      maxSize,
      desiredCapacity: 1,
      launchTemplate: { id: template.id, version: "1" },
      vpcZoneIdentifiers: [...DEFAULTS.subnetIds],
      waitForCapacityTimeout,
    },
    imports === undefined ? {} : { import: "lab" },
  );
  // After the group: a command that fails first would stop the engine before it makes one.
  new command.local.Command("gate", { create: gate }, { dependsOn: group });
  return Promise.resolve();
}

beforeEach(async () => {
  wanted = { waitForCapacityTimeout: "0", maxSize: 1, gate: "true" };
  estate = await anEngineEstate();
  stack = await estate.stack(program);
});
afterEach(() => estate.close());

const world = () => estate.region.state.groups[0];

it("a template and a group that others built are imported as they are", async () => {
  const { id } = estate.region.createLaunchTemplate({ name: "lab", version: TEMPLATE });
  estate.region.createGroup({
    name: "lab",
    min: 1,
    max: 1,
    desired: 1,
    launchTemplateId: id,
    launchTemplateVersion: "1",
    subnetIds: DEFAULTS.subnetIds,
    targetGroupArns: [],
    healthCheckType: "EC2",
    healthCheckGracePeriod: 300,
  });
  wanted = { ...wanted, imports: id };
  expect((await preview(stack)).sort()).toEqual([
    "create command:local:Command gate",
    "import aws:autoscaling/group:Group nodes",
    "import aws:ec2/launchTemplate:LaunchTemplate nodes",
    // Of this the world knows nothing.
    "update aws:autoscaling/group:Group nodes [waitForCapacityTimeout]",
  ]);
  await stack.up();
  expect(await preview(stack)).toEqual([]);
  expect(world()?.launchTemplateId).toBe(id);
});

it("a command that fails takes nothing with it, and the next update runs it again", async () => {
  wanted = { ...wanted, gate: "echo not healthy; exit 3" };
  await expect(stack.up()).rejects.toThrow("not healthy");
  expect(world()?.name).toBe("lab");
  wanted = { ...wanted, gate: "true" };
  expect(await preview(stack)).toEqual(["create command:local:Command gate"]);
});

it("a group that does not get its capacity in time is kept, and the next update goes on with it", async () => {
  estate.region.state.timings.boot = 600_000;
  wanted = { ...wanted, waitForCapacityTimeout: "1m" };
  await expect(stack.up()).rejects.toThrow("want at least 1 healthy instance(s) in Auto Scaling Group, have 0");
  expect(world()?.name).toBe("lab");
  wanted = { ...wanted, waitForCapacityTimeout: "0" };
  expect((await preview(stack)).sort()).toEqual([
    "create command:local:Command gate",
    "update aws:autoscaling/group:Group nodes [waitForCapacityTimeout]",
  ]);
  await stack.up();
  expect(await preview(stack)).toEqual([]);
});

it("a refused update is an error in AWS's words, and shows again in the next preview", async () => {
  await stack.up();
  wanted = { ...wanted, maxSize: 0 };
  await expect(stack.up()).rejects.toThrow("api error ValidationError: Max bound, 0");
  expect(world()?.max).toBe(1);
  expect(await preview(stack)).toEqual(["update aws:autoscaling/group:Group nodes [maxSize]"]);
});
