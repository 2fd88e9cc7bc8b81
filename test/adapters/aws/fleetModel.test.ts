import { placeOf, toGroup, toInstance, worstHealth } from "../../../orchestration/adapters/aws/fleetModel";

describe("worstHealth", () => {
  it.each([
    [undefined, "healthy", "healthy"],
    [undefined, "unhealthy.draining", "draining"],
    [undefined, undefined, "unhealthy"],
    [undefined, "a word of tomorrow", "unhealthy"],
    ["healthy", "unhealthy", "unhealthy"],
    ["unhealthy", "healthy", "unhealthy"],
    ["initial", "healthy", "initial"],
  ] as const)("of %s and %s is %s", (known, state, expected) => {
    expect(worstHealth(known, state)).toBe(expected);
  });
});

describe("toInstance", () => {
  const sources = { member: undefined, target: "missing", launchTemplateId: "lt-1" } as const;

  it("takes a state it does not know for pending, never for gone", () => {
    expect(toInstance("i-1", { ...sources, ec2: {} }).state).toBe("pending");
    expect(toInstance("i-1", { ...sources, ec2: { State: { Name: "hibernated" as "stopped" } } }).state).toBe(
      "pending",
    );
  });

  it.each(["", "latest", "6.42", "-1"])("takes a release tag of %j for none", (value) => {
    const ec2 = { Tags: [{ Key: "tfe-repave:release", Value: value }] };
    expect(toInstance("i-1", { ...sources, ec2 }).release).toBeUndefined();
  });
});

describe("the release of an instance", () => {
  it.each([
    ["642", "v202207-2"],
    ["v202207-2", "v202207-2"],
    ["1.2.0", "1.2.0"],
    ["643", "643"],
  ])("is read of a tag of %j", (value, release) => {
    const ec2 = { Tags: [{ Key: "tfe-repave:release", Value: value }] };
    const sources = { member: undefined, target: "missing", launchTemplateId: "lt-1" } as const;
    expect(toInstance("i-1", { ...sources, ec2 }).release).toBe(release);
  });
});

describe("placeOf", () => {
  it.each([
    [undefined, "out"],
    ["Pending:Wait", "joining"],
    ["InService", "inService"],
    ["Terminating:Proceed", "leaving"],
    ["Standby", "out"],
    ["Detaching", "out"],
    ["a word of tomorrow", "out"],
  ] as const)("%s is %s", (lifecycle, place) => {
    expect(placeOf(lifecycle)).toBe(place);
  });
});

describe("toGroup", () => {
  const rest = { deregistrationDelay: 10, instanceRefreshInProgress: false };
  const required = { MinSize: 0, MaxSize: 0, DesiredCapacity: 0, DefaultCooldown: 0, AvailabilityZones: [] };
  const others = { AutoScalingGroupName: "tfe", HealthCheckType: "ELB", CreatedTime: new Date(0), ...required };

  const groupOf = (more: object) => toGroup({ ...others, ...more }, "lt-1", rest);

  it("launches from the stack's template, or from another one", () => {
    const launches = { from: "template", id: "lt-1", version: "7", isOwn: true };
    const LaunchTemplate = { LaunchTemplateId: "lt-1", Version: "7" };
    expect(groupOf({ LaunchTemplate })).toMatchObject({ launches, templateVersion: "7" });
    const other = { ...launches, id: "lt-2", isOwn: false };
    expect(groupOf({ LaunchTemplate: { ...LaunchTemplate, LaunchTemplateId: "lt-2" } })).toMatchObject({
      launches: other,
    });
  });

  it("names EC2's default where the group names no version", () => {
    expect(groupOf({ LaunchTemplate: { LaunchTemplateId: "lt-1" } }).templateVersion).toBe("$Default");
  });

  it("launches by a mixed instances policy, whatever template that names", () => {
    const LaunchTemplateSpecification = { LaunchTemplateId: "lt-1", Version: "7" };
    const Overrides = [
      { InstanceType: "m5a.xlarge" },
      { InstanceType: "m6g.xlarge", LaunchTemplateSpecification: { LaunchTemplateId: "lt-2", Version: "$Latest" } },
      { InstanceRequirements: {} },
    ];
    const { launches, templateVersion } = groupOf({
      MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification, Overrides } },
    });
    expect(launches).toEqual({
      from: "mix",
      id: "lt-1",
      version: "7",
      overrides: ["m5a.xlarge", "m6g.xlarge from version $Latest of lt-2", "by requirements"],
    });
    expect(templateVersion).toBe("7");
  });

  it("launches from a launch configuration, which has no version", () => {
    const { launches, templateVersion } = groupOf({ LaunchConfigurationName: "tfe-2019" });
    expect(launches).toEqual({ from: "configuration", name: "tfe-2019" });
    expect(templateVersion).toBe("none");
  });

  it("tells which suspended processes a repave cannot do without", () => {
    const SuspendedProcesses = ["AZRebalance", "Terminate"].map((ProcessName) => ({ ProcessName }));
    expect(groupOf({ SuspendedProcesses })).toMatchObject({
      suspended: ["AZRebalance", "Terminate"],
      stalled: ["Terminate"],
    });
  });
});

describe("a member's own marks", () => {
  const sources = { ec2: undefined, target: "healthy", launchTemplateId: "lt-1" } as const;
  const markOf = (member: object) => toInstance("i-1", { ...sources, member: member as never });

  it("are its protection and the group's opinion of its health, in whatever case that is written", () => {
    expect(markOf({ ProtectedFromScaleIn: true, HealthStatus: "Healthy" })).toMatchObject({
      protectedFromScaleIn: true,
      markedUnhealthy: false,
    });
    for (const HealthStatus of ["Unhealthy", "UNHEALTHY"])
      expect(markOf({ HealthStatus })).toMatchObject({ protectedFromScaleIn: false, markedUnhealthy: true });
  });
});
