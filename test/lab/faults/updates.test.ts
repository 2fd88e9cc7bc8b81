import { DEFAULTS } from "../../../lab/region/defaults";
import { serveRegion, type ProvidedRegion, type Properties, type Recorded } from "../provider/support";
import { add } from "./support";

const GROUP = "aws:autoscaling/group:Group";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

describe("the Pulumi provider", () => {
  let provided: ProvidedRegion;
  beforeEach(async () => {
    provided = await serveRegion();
  });
  afterEach(() => provided.close());

  const template = (): Promise<Recorded> =>
    provided.aws.create(TEMPLATE, "nodes", {
      name: "tfe",
      imageId: DEFAULTS.images.newest,
      instanceType: "m5.xlarge",
      userData: "",
    });
  const sized = (id: string, size: number): Properties => ({
    name: "tfe",
    minSize: size,
    maxSize: size,
    desiredCapacity: size,
    launchTemplate: { id, version: "1" },
    vpcZoneIdentifiers: [...DEFAULTS.subnetIds],
    waitForCapacityTimeout: "0",
  });
  const desired = () => provided.region.state.groups[0]?.desired;

  async function built(): Promise<{ group: Recorded; scale: (size: number) => Promise<Recorded> }> {
    const { id } = await template();
    const group = await provided.aws.create(GROUP, "nodes", sized(id, 2));
    return { group, scale: (size) => provided.aws.update(group, sized(id, size)) };
  }

  it("pulumi-create-fails: refuses the template once, and makes it the next time", async () => {
    add(provided.region.state, "pulumi-create-fails");
    await expect(template()).rejects.toMatchObject({
      details: `creating ${TEMPLATE} nodes: api error InternalFailure: The request processing has failed because of an unknown error`,
    });
    expect(provided.region.state.launchTemplates).toEqual([]);
    await template();
    expect(provided.region.state.launchTemplates).toHaveLength(1);
  });

  it("pulumi-update-fails: refuses the group's update once, and changes nothing", async () => {
    const { group, scale } = await built();
    add(provided.region.state, "pulumi-update-fails");
    await provided.aws.update(group, group.inputs, [], true);
    await expect(scale(0)).rejects.toMatchObject({ details: expect.stringContaining("updating") as string });
    expect(desired()).toBe(2);
    await scale(0);
    expect(desired()).toBe(0);
  });

  it("pulumi-lost-update: carries it out and says that it failed, once", async () => {
    const { scale } = await built();
    add(provided.region.state, "pulumi-lost-update");
    await expect(scale(0)).rejects.toMatchObject({ details: expect.stringContaining("InternalFailure") as string });
    expect(desired()).toBe(0);
    await scale(1);
    expect(desired()).toBe(1);
  });

  it("pulumi-update-fails, when: zero: the update to zero goes through, the one from it does not", async () => {
    provided.pace(1000);
    const { scale } = await built();
    add(provided.region.state, { fault: "pulumi-update-fails", when: "zero" });
    await scale(0);
    await expect(scale(1)).rejects.toThrow("InternalFailure");
    expect(desired()).toBe(0);
  });

  it("credentials-expired: its calls fail as the product's do; commands are no calls", async () => {
    const { scale } = await built();
    add(provided.region.state, { fault: "credentials-expired", when: "now", after: 0 });
    await expect(scale(0)).rejects.toMatchObject({
      details: expect.stringContaining("api error ExpiredToken") as string,
    });
    const { outputs } = await provided.command.create("command:local:Command", "gate", { create: "echo well" });
    expect(outputs["stdout"]).toBe("well");
    expect(desired()).toBe(2);
  });

  it("throttled: it waits that out by itself", async () => {
    const { scale } = await built();
    add(provided.region.state, { fault: "throttled", every: 1 });
    await scale(1);
    expect(desired()).toBe(1);
  });
});
