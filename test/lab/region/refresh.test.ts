import { cancelRefresh, type RefreshInput, startRefresh } from "../../../lab/region/group/refresh";
import { GROUP, type LabEstate, NO_JOBS, script, started, userData } from "../estate";

const WARMUP = 420;

/** Two healthy nodes of 642, and version 2 of their template, to which nobody has pinned the group. */
function refreshable(): LabEstate {
  const lab = started({ count: 2, timings: NO_JOBS });
  lab.untilHealthy();
  lab.region.createLaunchTemplateVersion(lab.templateId, {
    imageId: lab.member().imageId,
    instanceType: "m5.xlarge",
    userData: userData(script(652)),
  });
  return lab;
}

function refreshing(input: RefreshInput = {}) {
  const lab = refreshable();
  const old = lab.members().map(({ id }) => id);
  const refresh = startRefresh(lab.region.state, GROUP, {
    launchTemplate: { id: lab.templateId, version: "2" },
    instanceWarmup: WARMUP,
    ...input,
  });
  return { lab, old, refresh };
}

const versions = (lab: LabEstate): readonly number[] =>
  lab
    .members()
    .filter(({ lifecycle }) => lifecycle?.startsWith("Terminating") !== true)
    .map(({ launchTemplateVersion }) => launchTemplateVersion)
    .sort();

describe("an instance refresh", () => {
  test("terminates one of two nodes and launches its replacement at the same time, by default", () => {
    const { lab, old } = refreshing();
    lab.pass(1);
    expect(versions(lab)).toEqual([1, 2]);
    expect(
      lab
        .members()
        .filter(({ lifecycle }) => lifecycle === "Terminating")
        .map(({ id }) => id),
    ).toEqual([old[0]]);
    expect(lab.region.state.groups[0]?.activities.at(-2)?.cause).toContain("in response to an instance refresh");
  });

  test("goes on when the replacement has been in service for the warmup, and no sooner", () => {
    const { lab, old } = refreshing();
    lab.until(() => lab.members().some(({ id, lifecycle }) => !old.includes(id) && lifecycle === "InService"));
    lab.pass(WARMUP - 1);
    expect(lab.members().find(({ id }) => id === old[1])?.lifecycle).toBe("InService");
    lab.pass(2);
    expect(lab.members().find(({ id }) => id === old[1])?.lifecycle).toBe("Terminating");
  });

  test("ends with every node replaced, and the group on what it launched from", () => {
    const { lab, refresh } = refreshing();
    expect(lab.region.state.groups[0]?.launchTemplateVersion).toBe("1");
    lab.until(() => refresh.status === "Successful");
    expect(versions(lab)).toEqual([2, 2]);
    expect(lab.region.state.groups[0]?.launchTemplateVersion).toBe("2");
  });

  test("runs two releases at once, which the witness sees", () => {
    const { lab, refresh } = refreshing();
    lab.until(() => refresh.status === "Successful");
    expect(lab.region.verdict().overlapSeconds).toBeGreaterThan(100);
  });

  test("replaces all at once where nothing must stay healthy", () => {
    const { lab } = refreshing({ minHealthyPercentage: 0 });
    lab.pass(1);
    expect(versions(lab)).toEqual([2, 2]);
  });

  test("waits for the grace period of the group where no warmup is given", () => {
    const lab = refreshable();
    expect(startRefresh(lab.region.state, GROUP, {}).instanceWarmup).toBe(1800);
  });

  test("passes over nodes of the same version where asked to", () => {
    const { lab, refresh } = refreshing({
      skipMatching: true,
      launchTemplate: { id: refreshable().templateId, version: "1" },
    });
    lab.until(() => refresh.status === "Successful");
    expect(refresh.replaced).toBe(0);
  });

  test("stands still while its process is suspended", () => {
    const { lab } = refreshing();
    lab.region.suspendProcesses(GROUP, ["InstanceRefresh"]);
    lab.pass(3600);
    expect(versions(lab)).toEqual([1, 1]);
  });

  test("that is cancelled leaves what it has replaced, and launches nothing of its version any more", () => {
    const { lab, old } = refreshing();
    lab.pass(1);
    cancelRefresh(lab.region.state, GROUP);
    lab.pass(3600);
    expect(versions(lab)).toEqual([1, 2]);
    expect(lab.members().map(({ id }) => id)).toContain(old[1]);
  });

  test.each([{ minHealthyPercentage: 100 }, { maxHealthyPercentage: 150 }])("%j is not simulated", (input) => {
    expect(() => refreshing(input)).toThrow("launches before it terminates");
  });
});
