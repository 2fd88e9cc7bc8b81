import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { DEFAULTS } from "../../../lab/region/defaults";
import { FENCE } from "../../../orchestration/adapters/aws/fence";
import { awsFleet } from "../../../orchestration/adapters/aws/fleet";
import type { FleetPort } from "../../../orchestration/ports/fleet";
import { serveEstate, type ServedEstate } from "../../lab/servedEstate";

let lab: ServedEstate;
let fleet: FleetPort;

beforeEach(async () => {
  lab = await serveEstate({ count: 2, release: 610, deregistrationDelay: 300 });
  fleet = fleetOf({});
});
afterEach(() => lab.close());

const fleetOf = (other: Partial<{ groupName: string; targetGroupArn: string; launchTemplateId: string }>): FleetPort =>
  awsFleet({
    clients: lab.clients,
    groupName: lab.groupName,
    targetGroupArn: lab.targetGroupArn,
    launchTemplateId: lab.templateId,
    ...other,
  });

const scaleTo = (count: number) => lab.region.updateGroup("tfe", { min: count, max: count, desired: count });
const pass = (seconds: number) => {
  lab.region.advance(lab.region.state.now + seconds * 1_000);
};

describe("describe", () => {
  it("shows the group and its instances as three services see them", async () => {
    const { group, instances } = await fleet.describe();
    expect(group).toEqual({
      name: "tfe",
      launches: { from: "template", id: lab.templateId, version: "1", isOwn: true },
      protectsNew: false,
      stalled: [],
      min: 2,
      max: 2,
      desired: 2,
      templateVersion: "1",
      suspended: [],
      fenceGaps: FENCE,
      deregistrationDelay: 300,
      instanceRefreshInProgress: false,
    });
    const [first] = [...lab.region.state.instances].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(instances).toHaveLength(2);
    expect(instances[0]).toEqual({
      packaging: "replicated",
      id: first?.id,
      privateIp: first?.privateIp,
      zone: first?.zone,
      state: "running",
      place: "inService",
      lifecycle: "InService",
      protectedFromScaleIn: false,
      markedUnhealthy: false,
      templateVersion: 1,
      release: "v202204-2",
      imageId: DEFAULTS.images.older,
      launchedAt: first?.launchedAt,
      target: "healthy",
    });
  });

  it("sees an instance that has left the group until it is terminated, and then as terminated", async () => {
    scaleTo(0);
    const states = new Set<string>();
    for (let step = 0; step < 60; step += 1) {
      const { group, instances } = await fleet.describe();
      expect(group.desired).toBe(0);
      expect(instances).toHaveLength(2);
      for (const instance of instances)
        states.add(`${instance.lifecycle ?? "gone"} ${instance.state} ${instance.target}`);
      if (instances.every((instance) => instance.state === "terminated")) break;
      pass(10);
    }
    expect([...states]).toEqual(
      expect.arrayContaining(["InService running healthy", "Terminating running draining", "gone terminated missing"]),
    );
  });

  it("goes on seeing an instance whose tags are gone, by its id", async () => {
    const [leaving] = lab.region.state.instances;
    await fleet.describe();
    scaleTo(1);
    lab.until(() => lab.region.state.instances.some((instance) => instance.state === "terminated"));
    for (const instance of lab.region.state.instances) if (instance.state === "terminated") instance.tags = {};
    const terminated = (await fleet.describe()).instances.filter((instance) => instance.state === "terminated");
    expect(terminated).toEqual([expect.objectContaining({ release: undefined, templateVersion: undefined })]);
    expect(leaving).toBeDefined();
  });

  it("takes an instance of the group that EC2 does not know yet for pending", async () => {
    const hidden = lab.region.state.instances[0]?.id ?? "";
    lab.clients.ec2.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = await next(args);
        const output = answer.output as { Reservations?: { Instances?: { InstanceId?: string }[] }[] };
        if (context.commandName === DescribeInstancesCommand.name) {
          for (const reservation of output.Reservations ?? []) {
            reservation.Instances = (reservation.Instances ?? []).filter((instance) => instance.InstanceId !== hidden);
          }
        }
        return answer;
      },
      { step: "initialize" },
    );
    const { instances } = await fleet.describe();
    expect(instances.find((instance) => instance.id === hidden)).toMatchObject({
      state: "pending",
      place: "inService",
      lifecycle: "InService",
      templateVersion: 1,
      privateIp: undefined,
      release: undefined,
    });
  });

  it("knows no template version of an instance from another template", async () => {
    const { instances } = await fleetOf({ launchTemplateId: "lt-0000" }).describe();
    expect(instances.map((instance) => instance.templateVersion)).toEqual([undefined, undefined]);
  });

  it("calls a target missing that the target group does not know", async () => {
    lab.region.state.targetGroups[0]?.targets.pop();
    const { instances } = await fleet.describe();
    expect(instances.map((instance) => instance.target).sort()).toEqual(["healthy", "missing"]);
  });

  it.each([
    ["group", { groupName: "nobody" }, "nobody"],
    [
      "target group",
      { targetGroupArn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/x/0123456789abcdef" },
      "target group arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/x/0123456789abcdef",
    ],
  ])("says GROUP_NOT_FOUND where there is no such %s", async (_what, options, detail) => {
    await expect(fleetOf(options).describe()).rejects.toMatchObject({ code: "GROUP_NOT_FOUND", detail });
  });
});

describe("fence and unfence", () => {
  const group = async () => (await fleet.describe()).group;

  it("suspend the processes of the fence only, resume what was not found so, and may be repeated", async () => {
    lab.region.suspendProcesses("tfe", ["ReplaceUnhealthy", "Launch"]);
    const { suspended: found } = await group();
    await fleet.fence();
    await fleet.fence();
    expect(await group()).toMatchObject({ suspended: [...FENCE, "Launch"].sort(), fenceGaps: [] });
    const resumed = FENCE.filter((process) => process !== "ReplaceUnhealthy");
    expect(await fleet.unfence(found)).toEqual(resumed);
    expect(await fleet.unfence(found)).toEqual(resumed);
    expect(await group()).toMatchObject({ suspended: found, fenceGaps: resumed });
  });

  it("resume nothing where all was found suspended: without names the API would resume every process", async () => {
    lab.region.suspendProcesses("tfe", FENCE);
    expect(await fleet.unfence(FENCE)).toEqual([]);
    expect((await group()).suspended).toEqual([...FENCE].sort());
  });
});

describe("images", () => {
  it("has nothing against one that is there", async () => {
    expect(await fleet.imageProblem(DEFAULTS.images.newest)).toBeUndefined();
  });

  it.each(["ami-0123456789abcdef0", "nonsense"])("says that %s cannot be launched", async (id) => {
    expect(await fleet.imageProblem(id)).toBe(`image ${id} does not exist or is not shared with this account`);
  });
});
