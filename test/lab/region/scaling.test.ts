import { DEFAULTS } from "../../../lab/region/defaults";
import { estate, GROUP, NO_JOBS, script, started } from "../estate";

const QUIET = { timings: NO_JOBS };

describe("a group of instances", () => {
  test("scaling to zero: deregistration delay, then termination, and only then is an instance out of the group", () => {
    const lab = started({ ...QUIET, deregistrationDelay: 30 });
    const instance = lab.member();
    const activities = () => lab.region.state.groups[0]?.activities.at(-1);
    lab.scale(0);

    lab.pass(29);
    expect(instance).toMatchObject({ state: "running", lifecycle: "Terminating" });
    expect(lab.targets().targets[0]).toMatchObject({ state: "draining", reason: "Target.DeregistrationInProgress" });
    expect(activities()).toMatchObject({ status: "WaitingForELBConnectionDraining", progress: 30 });

    lab.pass(1);
    expect(instance).toMatchObject({ state: "shutting-down", lifecycle: "Terminating" });
    expect(lab.targets().targets).toEqual([]);
    expect(activities()?.status).toBe("InProgress");

    lab.pass(39);
    expect(lab.members()).toEqual([instance]);
    lab.pass(1);
    expect(lab.members()).toEqual([]);
    expect(instance).toMatchObject({ state: "terminated", lifecycle: undefined, terminatedAt: lab.region.state.now });
    expect(activities()?.status).toBe("Successful");
  });

  test("an instance that is no target is terminated without waiting", () => {
    const lab = started({ ...QUIET, deregistrationDelay: 300, group: { targetGroupArns: [] } });
    lab.scale(0);
    lab.pass(0);

    expect(lab.member().state).toBe("shutting-down");
  });

  test("EC2 lists a terminated instance for an hour", () => {
    const lab = started(QUIET);
    lab.scale(0);
    lab.until(() => lab.members().length === 0);

    lab.pass(3599);
    expect(lab.region.state.instances).toHaveLength(1);
    lab.pass(1);
    expect(lab.region.state.instances).toEqual([]);
  });

  test("causes are worded as AWS words them", () => {
    const lab = started({ ...QUIET, count: 2 });
    lab.scale(0);
    lab.pass(1);
    const [launched, , terminated] = lab.region.state.groups[0]?.activities ?? [];
    const [one, other] = lab.members().map(({ id }) => id);

    expect(launched).toMatchObject({
      description: `Launching a new EC2 instance: ${one ?? ""}`,
      status: "Successful",
      cause:
        "At 2026-01-05T08:00:00Z a user request created an AutoScalingGroup changing the desired capacity from 0 to 2.  " +
        "At 2026-01-05T08:00:00Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 0 to 2.",
    });
    expect(terminated).toMatchObject({
      description: `Terminating EC2 instance: ${one ?? ""}`,
      cause:
        "At 2026-01-05T08:06:00Z a user request update of AutoScalingGroup constraints to min: 0, max: 0, desired: 0 changing the desired capacity from 2 to 0.  " +
        "At 2026-01-05T08:06:00Z an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from 2 to 0.  " +
        `At 2026-01-05T08:06:00Z instance ${one ?? ""} was selected for termination.  ` +
        `At 2026-01-05T08:06:00Z instance ${other ?? ""} was selected for termination.`,
    });
  });

  test("suspended Terminate keeps instances, suspended Launch launches none", () => {
    const lab = started(QUIET);
    lab.region.suspendProcesses(GROUP, ["Terminate"]);
    lab.scale(0);
    lab.pass(600);
    expect(lab.member().lifecycle).toBe("InService");

    lab.region.resumeProcesses(GROUP, ["Terminate"]);
    lab.region.suspendProcesses(GROUP, ["Launch"]);
    lab.until(() => lab.members().length === 0);
    lab.scale(1);
    lab.pass(600);
    expect(lab.members()).toEqual([]);

    lab.region.resumeProcesses(GROUP, undefined);
    lab.pass(0);
    expect(lab.members()).toHaveLength(1);
  });

  test("a termination under way goes on when Terminate is suspended", () => {
    const lab = started(QUIET);
    lab.scale(0);
    lab.pass(1);
    lab.region.suspendProcesses(GROUP, ["Terminate"]);
    lab.pass(60);

    expect(lab.members()).toEqual([]);
  });

  test("an instance launched while AddToLoadBalancer is suspended is never added", () => {
    const lab = estate(QUIET);
    lab.region.suspendProcesses(GROUP, ["AddToLoadBalancer"]);
    lab.pass(100);
    lab.region.resumeProcesses(GROUP, ["AddToLoadBalancer"]);
    lab.pass(300);

    expect(lab.member().lifecycle).toBe("InService");
    expect(lab.targets().targets).toEqual([]);
  });

  test("suspending is remembered with its reason, all of it without names, and resumed by name", () => {
    const lab = started(QUIET);
    const group = lab.region.state.groups[0];
    lab.region.suspendProcesses(GROUP, ["HealthCheck"]);
    lab.pass(10);
    lab.region.suspendProcesses(GROUP, undefined);

    expect(group?.suspended).toHaveLength(9);
    expect(group?.suspended[0]).toEqual({
      process: "HealthCheck",
      reason: "User suspended at 2026-01-05T08:06:00Z",
    });
    lab.region.resumeProcesses(GROUP, ["HealthCheck"]);
    expect(group?.suspended.map(({ process }) => process)).not.toContain("HealthCheck");
  });

  test("a pinned group launches its number, whatever version is newest", () => {
    const lab = estate({ ...QUIET, count: 0, group: { max: 2 } });
    lab.region.createLaunchTemplateVersion(lab.templateId, {
      imageId: DEFAULTS.images.newest,
      instanceType: "m5.xlarge",
      userData: "",
    });
    lab.scale(1);
    lab.pass(1);
    expect(lab.member()).toMatchObject({ launchTemplateVersion: 1, imageId: DEFAULTS.images.older });

    lab.region.updateGroup(GROUP, { launchTemplateVersion: "$Latest", min: 2, max: 2, desired: 2 });
    lab.pass(1);
    expect(lab.members().map((instance) => instance.launchTemplateVersion)).toEqual([1, 2]);
  });

  test("a change of the pin replaces no instance", () => {
    const lab = started(QUIET);
    const before = lab.member().id;
    lab.pin(script(654));
    lab.pass(3600);

    expect(lab.members().map(({ id }) => id)).toEqual([before]);
  });

  test("a launch that fails is an activity, and is tried again a minute later", () => {
    const lab = estate({ ...QUIET, count: 0, group: { max: 1 } });
    const { images } = lab.region.state;
    const [image] = images.splice(0, 1);
    lab.scale(1);
    lab.pass(30);
    expect(lab.members()).toEqual([]);
    expect(lab.region.state.groups[0]?.activities).toMatchObject([
      {
        status: "Failed",
        description: `Launching a new EC2 instance.  Status Reason: The image id '[${DEFAULTS.images.older}]' does not exist. Launching EC2 instance failed.`,
      },
    ]);

    if (image) images.push(image);
    lab.pass(29);
    expect(lab.members()).toEqual([]);
    lab.pass(1);
    expect(lab.members()).toHaveLength(1);
  });

  test("scale-in takes the oldest template version", () => {
    const lab = started({ ...QUIET, count: 2, group: { subnetIds: [DEFAULTS.subnetIds[0]] } });
    const [kept, replaced] = lab.members();
    lab.pin(script(642));
    lab.region.terminateInstances([replaced?.id ?? ""]);
    lab.until(() => lab.members().filter(({ lifecycle }) => lifecycle === "InService").length === 2);
    lab.scale(1);
    lab.until(() => lab.members().length === 1);

    expect(lab.members()).not.toContain(kept);
    expect(lab.member().launchTemplateVersion).toBe(2);
  });
});

describe("what a group refuses", () => {
  const code = (name: string) => expect.objectContaining({ code: name }) as Error;

  test.each([
    [{ min: 2, max: 1 }],
    [{ min: 0, max: 2, desired: 3 }],
    [{ min: 1, max: 2, desired: 0 }],
    [{ subnetIds: [] }],
  ])("%j is no valid group", (patch) => {
    const lab = started(QUIET);
    expect(() => lab.region.updateGroup(GROUP, patch)).toThrow(code("ValidationError"));
    expect(lab.region.state.groups[0]).toMatchObject({ min: 1, max: 1, desired: 1 });
  });

  test("bounds without a desired capacity take it along", () => {
    const lab = started(QUIET);
    expect(lab.region.updateGroup(GROUP, { min: 2, max: 3 }).desired).toBe(2);
    expect(lab.region.updateGroup(GROUP, { min: 0, max: 1 }).desired).toBe(1);
  });

  test("unknown things have the codes of their APIs", () => {
    const { region } = started(QUIET);
    expect(() => region.updateGroup("none", {})).toThrow(code("ValidationError"));
    expect(() => region.suspendProcesses(GROUP, ["Nothing"])).toThrow(code("ValidationError"));
    expect(() => region.updateGroup(GROUP, { launchTemplateVersion: "9" })).toThrow(
      code("InvalidLaunchTemplateId.VersionNotFound"),
    );
    expect(() => region.updateGroup(GROUP, { launchTemplateId: "lt-0" })).toThrow(
      code("InvalidLaunchTemplateId.NotFound"),
    );
    expect(() => region.updateGroup(GROUP, { targetGroupArns: ["arn"] })).toThrow(code("TargetGroupNotFound"));
    expect(() => region.terminateInstances(["i-0"])).toThrow(code("InvalidInstanceID.NotFound"));
  });

  test("a group with instances is deleted only by force, and is gone with the last of them", () => {
    const lab = started(QUIET);
    expect(() => lab.region.deleteGroup(GROUP, false)).toThrow(code("ResourceInUse"));

    lab.region.deleteGroup(GROUP, true);
    lab.pass(39);
    expect(lab.region.state.groups[0]?.status).toBe("Delete in progress");
    lab.pass(1);
    expect(lab.region.state.groups).toEqual([]);
  });

  test("names are taken once", () => {
    const { region } = started(QUIET);
    const [group] = region.state.groups;
    if (!group) throw new Error("no group");
    expect(() => region.createGroup(group)).toThrow(code("AlreadyExists"));
    expect(() => region.createTargetGroup({ name: "tfe", port: 1, protocol: "HTTPS", vpcId: DEFAULTS.vpcId })).toThrow(
      code("DuplicateTargetGroupName"),
    );
  });

  test("a target group in use stays", () => {
    const lab = started(QUIET);
    const { arn } = lab.targets();
    expect(() => lab.region.deleteTargetGroup(arn)).toThrow(code("ResourceInUse"));
  });
});
