import { without } from "../../../lab/provider/value";
import { serveRegion, UNKNOWN, type ProvidedRegion, type Properties } from "./support";

const TYPE = "aws:ec2/launchTemplate:LaunchTemplate";

const TEMPLATE: Properties = {
  name: "tfe-lab",
  description: "release 642 image ami-1",
  updateDefaultVersion: false,
  imageId: "ami-1",
  instanceType: "m5.xlarge",
  iamInstanceProfile: { name: "tfe-lab-node" },
  vpcSecurityGroupIds: ["sg-1", "sg-2"],
  userData: "I2Jhc2g=",
  metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 2 },
  blockDeviceMappings: [
    {
      deviceName: "/dev/sda1",
      ebs: { volumeType: "gp3", volumeSize: 100, encrypted: "true", deleteOnTermination: "true" },
    },
  ],
  tagSpecifications: [
    { resourceType: "instance", tags: { "tfe-repave:release": "642" } },
    { resourceType: "volume", tags: { "tfe-repave:release": "642" } },
  ],
  tags: { Name: "tfe-lab" },
};

describe("a launch template", () => {
  let provided: ProvidedRegion;
  beforeEach(async () => (provided = await serveRegion()));
  afterEach(() => provided.close());

  it("is made with version 1 and says so", async () => {
    const made = await provided.aws.create(TYPE, "nodes", TEMPLATE);
    expect(made.id).toMatch(/^lt-0[0-9a-f]{16}$/);
    expect(made.outputs).toEqual({
      ...TEMPLATE,
      id: made.id,
      arn: `arn:aws:ec2:eu-west-1:123456789012:launch-template/${made.id}`,
      latestVersion: 1,
      defaultVersion: 1,
      region: "eu-west-1",
      tagsAll: { Name: "tfe-lab" },
    });
    const [template] = provided.region.state.launchTemplates;
    expect(template?.versions[0]).toMatchObject({
      number: 1,
      description: "release 642 image ami-1",
      imageId: "ami-1",
      instanceTags: { "tfe-repave:release": "642" },
      data: {
        IamInstanceProfile: { Name: "tfe-lab-node" },
        SecurityGroupIds: ["sg-1", "sg-2"],
        BlockDeviceMappings: [
          {
            DeviceName: "/dev/sda1",
            Ebs: { VolumeType: "gp3", VolumeSize: 100, Encrypted: true, DeleteOnTermination: true },
          },
        ],
        TagSpecifications: [{ ResourceType: "volume", Tags: [{ Key: "tfe-repave:release", Value: "642" }] }],
      },
    });
  });

  it("does not know its id's companions in the preview of its making", async () => {
    const preview = await provided.aws.previewCreate(TYPE, "nodes", TEMPLATE);
    expect(preview).toMatchObject({ name: "tfe-lab", arn: UNKNOWN, latestVersion: UNKNOWN, defaultVersion: UNKNOWN });
    expect(provided.region.state.launchTemplates).toEqual([]);
  });

  it("does not differ from itself", async () => {
    const made = await provided.aws.create(TYPE, "nodes", TEMPLATE);
    expect(await provided.aws.diff(made, TEMPLATE)).toMatchObject({ changes: false, detailed: {} });
  });

  it.each([
    ["userData", { userData: "I2Jhc2gK" }, { userData: "UPDATE" }],
    ["the image", { imageId: "ami-2" }, { imageId: "UPDATE" }],
    [
      "a tag of instances",
      { tagSpecifications: [{ resourceType: "instance", tags: { "tfe-repave:release": "643" } }] },
      { 'tagSpecifications[0].tags["tfe-repave:release"]': "UPDATE", "tagSpecifications[1]": "DELETE" },
    ],
  ])("gets a new version by a change of %s, and the default stays", async (_title, change: Properties, detailed) => {
    const made = await provided.aws.create(TYPE, "nodes", TEMPLATE);
    const wanted = { ...TEMPLATE, ...change };
    const diff = await provided.aws.diff(made, wanted);
    expect(diff).toMatchObject({ changes: true, replaces: [] });
    expect(diff.detailed).toEqual({ ...detailed, latestVersion: "UPDATE" });
    const preview = await provided.aws.update(made, wanted, [], true);
    expect(preview.outputs["latestVersion"]).toBe(UNKNOWN);
    expect(preview.outputs["defaultVersion"]).toBe(1);
    expect(provided.region.state.launchTemplates[0]?.versions).toHaveLength(1);

    const updated = await provided.aws.update(made, wanted);
    expect(updated.outputs).toMatchObject({ ...change, latestVersion: 2, defaultVersion: 1 });
    expect(await provided.aws.diff(updated, wanted)).toMatchObject({ changes: false });
  });

  it("gets a new version by a change of its description alone, of which the preview knows nothing", async () => {
    const made = await provided.aws.create(TYPE, "nodes", TEMPLATE);
    const wanted = { ...TEMPLATE, description: "release 643" };
    expect((await provided.aws.diff(made, wanted)).detailed).toEqual({ description: "UPDATE" });
    expect((await provided.aws.update(made, wanted, [], true)).outputs["latestVersion"]).toBe(1);
    expect((await provided.aws.update(made, wanted)).outputs["latestVersion"]).toBe(2);
  });

  it("gets no version by a change of its own tags, though the preview does not rule it out", async () => {
    const made = await provided.aws.create(TYPE, "nodes", TEMPLATE);
    const wanted = { ...TEMPLATE, tags: { Name: "tfe-lab", owner: "us" } };
    expect((await provided.aws.diff(made, wanted)).detailed).toEqual({
      "tags.owner": "ADD",
      "tagsAll.owner": "ADD",
      latestVersion: "UPDATE",
    });
    const preview = await provided.aws.update(made, wanted, [], true);
    expect(preview.outputs).toMatchObject({ latestVersion: UNKNOWN, defaultVersion: 1, tagsAll: { owner: "us" } });
    const updated = await provided.aws.update(made, wanted);
    expect(updated.outputs).toMatchObject({ latestVersion: 1, tags: { owner: "us" } });
  });

  it("moves its default with updateDefaultVersion", async () => {
    const made = await provided.aws.create(TYPE, "nodes", { ...TEMPLATE, updateDefaultVersion: true });
    const wanted = { ...TEMPLATE, updateDefaultVersion: true, imageId: "ami-2" };
    expect((await provided.aws.update(made, wanted, [], true)).outputs["defaultVersion"]).toBe(UNKNOWN);
    expect((await provided.aws.update(made, wanted)).outputs["defaultVersion"]).toBe(2);
  });

  it("is replaced under another name, and deleted before where the name stays", async () => {
    const made = await provided.aws.create(TYPE, "nodes", TEMPLATE);
    expect(await provided.aws.diff(made, { ...TEMPLATE, name: "other" })).toMatchObject({
      replaces: ["name"],
      detailed: { name: "UPDATE_REPLACE" },
      deleteBeforeReplace: false,
    });
    expect(await provided.aws.diff(made, { ...TEMPLATE, region: "us-east-1" })).toMatchObject({
      replaces: ["region"],
      deleteBeforeReplace: true,
    });
  });

  it("is named after its URN where nobody names it, and keeps that name", async () => {
    const unnamed = without(TEMPLATE, "name");
    const made = await provided.aws.create(TYPE, "nodes", unnamed);
    expect(made.outputs["name"]).toMatch(/^nodes-[0-9a-f]{7}$/);
    expect(await provided.aws.diff(made, unnamed)).toMatchObject({ changes: false });
    const again = await provided.aws.check(made.urn, unnamed);
    expect(again.inputs["name"]).not.toBe(made.outputs["name"]);
  });

  it("reads as the world has it: a version that somebody else made is drift", async () => {
    const made = await provided.aws.create(TYPE, "nodes", TEMPLATE);
    provided.region.createLaunchTemplateVersion(made.id, { imageId: "ami-9", instanceType: "m5.xlarge", userData: "" });
    const read = await provided.aws.read(made);
    expect(read?.outputs).toMatchObject({ latestVersion: 2, imageId: "ami-9" });
    expect(read?.inputs).toMatchObject({ imageId: "ami-9", updateDefaultVersion: false });
    expect(read?.inputs).not.toHaveProperty("vpcSecurityGroupIds");
  });

  it("imports with all its inputs", async () => {
    const made = await provided.aws.create(TYPE, "nodes", TEMPLATE);
    const imported = await provided.aws.read({ ...made, inputs: {}, outputs: {} });
    const observable = without(TEMPLATE, "updateDefaultVersion");
    expect(imported?.inputs).toMatchObject(observable);
    expect(imported && (await provided.aws.diff(imported, TEMPLATE))).toMatchObject({ changes: false });
  });

  it("reads as gone when it is, and is deleted without complaint", async () => {
    const made = await provided.aws.create(TYPE, "nodes", TEMPLATE);
    await provided.aws.delete(made);
    expect(provided.region.state.launchTemplates).toEqual([]);
    expect(await provided.aws.read(made)).toBeUndefined();
    await provided.aws.delete(made);
  });

  it("is refused in AWS's words where the name is taken", async () => {
    await provided.aws.create(TYPE, "nodes", TEMPLATE);
    await expect(provided.aws.create(TYPE, "more", TEMPLATE)).rejects.toThrow(
      "creating aws:ec2/launchTemplate:LaunchTemplate more: api error InvalidLaunchTemplateName.AlreadyExistsException",
    );
  });

  it("is refused with inputs that nothing here simulates", async () => {
    const { failures } = await provided.aws.check(provided.aws.urnOf(TYPE, "nodes"), {
      ...TEMPLATE,
      instanceMarketOptions: {},
    });
    expect(failures).toEqual([["instanceMarketOptions", 'the lab does not simulate "instanceMarketOptions"']]);
  });
});
