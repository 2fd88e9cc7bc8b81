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

  it("finds the template of a group with mixed instances", () => {
    const LaunchTemplateSpecification = { LaunchTemplateId: "lt-1", Version: "7" };
    const group = toGroup(
      { ...others, MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification } } },
      rest,
    );
    expect(group).toMatchObject({ templateVersion: "7" });
  });

  it("names EC2's default where the group names no version", () => {
    expect(toGroup({ ...others, LaunchTemplate: { LaunchTemplateId: "lt-1" } }, rest).templateVersion).toBe("$Default");
  });
});
