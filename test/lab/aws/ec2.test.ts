import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  GetConsoleOutputCommand,
  TerminateInstancesCommand,
  type Filter,
} from "@aws-sdk/client-ec2";
import { DEFAULTS } from "../../../lab/region/defaults";
import { bench, type Bench } from "./clients";

describe("EC2 through the SDK", () => {
  let lab: Bench;
  beforeEach(async () => {
    lab = await bench();
    lab.untilHealthy();
  });
  afterEach(() => lab.close());

  const idsWhere = async (...Filters: Filter[]): Promise<(string | undefined)[]> => {
    const { Reservations = [] } = await lab.ec2.send(new DescribeInstancesCommand({ Filters }));
    return Reservations.flatMap((r) => r.Instances ?? []).map((instance) => instance.InstanceId);
  };
  const ids = (): string[] => lab.region.state.instances.map((instance) => instance.id);

  it("describes an instance as EC2 knows it", async () => {
    const [instance] = lab.region.state.instances;
    const answer = await lab.ec2.send(new DescribeInstancesCommand({ InstanceIds: [instance?.id ?? ""] }));
    expect(answer.Reservations?.[0]?.Instances).toMatchObject([
      {
        InstanceId: instance?.id,
        ImageId: DEFAULTS.images.older,
        State: { Code: 16, Name: "running" },
        PrivateIpAddress: instance?.privateIp,
        InstanceType: "m5.xlarge",
        LaunchTime: new Date(instance?.launchedAt ?? 0),
        Placement: { AvailabilityZone: instance?.zone },
      },
    ]);
    const tags = answer.Reservations?.[0]?.Instances?.[0]?.Tags ?? [];
    expect(tags).toContainEqual({ Key: "tfe-repave:release", Value: "610" });
    expect(tags).toContainEqual({ Key: "aws:autoscaling:groupName", Value: "tfe" });
  });

  it("filters by tag, state and id, each filter by any of its values", async () => {
    const ofGroup = { Name: "tag:aws:autoscaling:groupName", Values: ["tfe"] };
    expect(await idsWhere(ofGroup)).toEqual(ids());
    expect(await idsWhere({ Name: "tag:tfe-repave:release", Values: ["6?0"] })).toEqual(ids());
    expect(await idsWhere({ Name: "tag:tfe-repave:release", Values: ["642"] })).toEqual([]);
    expect(await idsWhere(ofGroup, { Name: "instance-state-name", Values: ["terminated", "stopped"] })).toEqual([]);
    expect(await idsWhere({ Name: "instance-id", Values: ids().slice(1) })).toEqual(ids().slice(1));
  });

  it("answers an unknown instance and an unknown filter with EC2's own codes", async () => {
    const unknown = new DescribeInstancesCommand({ InstanceIds: ["i-0123456789abcdef0"] });
    await expect(lab.ec2.send(unknown)).rejects.toMatchObject({ name: "InvalidInstanceID.NotFound" });
    await expect(idsWhere({ Name: "colour", Values: ["red"] })).rejects.toMatchObject({
      name: "InvalidParameterValue",
    });
  });

  it("terminates instances, which are shutting down before they are terminated", async () => {
    const [id = ""] = ids();
    const answer = await lab.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect(answer.TerminatingInstances).toEqual([
      {
        InstanceId: id,
        PreviousState: { Code: 16, Name: "running" },
        CurrentState: { Code: 32, Name: "shutting-down" },
      },
    ]);
    lab.until(() => lab.region.state.instances[0]?.state === "terminated");
    const gone = await lab.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    expect(gone.Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe("terminated");
    expect(gone.Reservations?.[0]?.Instances?.[0]?.PrivateIpAddress).toBeUndefined();
  });

  it("shows a launch template and its versions, by number and by name", async () => {
    const { LaunchTemplates } = await lab.ec2.send(
      new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [lab.templateId] }),
    );
    expect(LaunchTemplates).toMatchObject([
      {
        LaunchTemplateName: "tfe",
        LatestVersionNumber: 1,
        DefaultVersionNumber: 1,
        CreateTime: new Date(DEFAULTS.now),
      },
    ]);
    const { LaunchTemplateVersions } = await lab.ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: "tfe", Versions: ["$Latest"] }),
    );
    expect(LaunchTemplateVersions).toMatchObject([
      {
        VersionNumber: 1,
        VersionDescription: "release 610",
        DefaultVersion: true,
        LaunchTemplateData: { ImageId: DEFAULTS.images.older, InstanceType: "m5.xlarge" },
      },
    ]);
    const unknown = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: lab.templateId, Versions: ["9"] });
    await expect(lab.ec2.send(unknown)).rejects.toMatchObject({ name: "InvalidLaunchTemplateId.VersionNotFound" });
  });

  it("knows its images, and no other", async () => {
    const { Images } = await lab.ec2.send(new DescribeImagesCommand({ ImageIds: [DEFAULTS.images.newest] }));
    expect(Images).toMatchObject([
      { ImageId: DEFAULTS.images.newest, State: "available", Architecture: "x86_64", OwnerId: DEFAULTS.accountId },
    ]);
    const unknown = new DescribeImagesCommand({ ImageIds: ["ami-0123456789abcdef0"] });
    await expect(lab.ec2.send(unknown)).rejects.toMatchObject({ name: "InvalidAMIID.NotFound" });
  });

  it("offers the templates' instance type in the group's zones", async () => {
    const { InstanceTypeOfferings = [] } = await lab.ec2.send(
      new DescribeInstanceTypeOfferingsCommand({
        LocationType: "availability-zone",
        Filters: [{ Name: "instance-type", Values: ["m5.xlarge"] }],
      }),
    );
    expect(InstanceTypeOfferings.map((offer) => offer.Location)).toEqual(lab.region.state.groups[0]?.zones);
  });

  it("shows the console of a node", async () => {
    const answer = await lab.ec2.send(new GetConsoleOutputCommand({ InstanceId: ids()[0] }));
    expect(Buffer.from(answer.Output ?? "", "base64").toString()).toContain("node: started");
  });
});
