import { did, DRAIN, exists, faulty, newest, theFault, toOne } from "./support";
import { giveJob } from "../estate";

describe("machines", () => {
  test("no-capacity: launches fail for ten minutes, once a minute, and then one comes", () => {
    const lab = faulty(["no-capacity"]);
    lab.scale(0);
    lab.until(() => !lab.region.state.instances.some(exists));
    const launches = lab.region.state.instances.length;
    lab.scale(1);
    const waited = lab.until(() => lab.region.state.instances.length > launches);

    expect(theFault(lab, "no-capacity")).toMatchObject({ status: "ended", struck: 10 });
    expect(waited).toBe(600);
    const [group] = lab.region.state.groups;
    expect(group?.activities.filter(({ status }) => status === "Failed")).toHaveLength(10);
    expect(group?.activities.findLast(({ status }) => status === "Failed")?.description).toContain(
      "sufficient m5.xlarge capacity in the Availability Zone you requested (eu-west-1a)",
    );
  });

  test("stuck-terminating: one instance stays shutting-down for half an hour, the other goes", () => {
    const lab = faulty(["stuck-terminating"]);
    lab.scale(0);
    lab.until(() => lab.region.state.instances.every(({ state }) => state === "shutting-down"));
    lab.pass(60);
    expect(lab.region.state.instances.map(({ state }) => state)).toEqual(["shutting-down", "terminated"]);
    expect(lab.until(() => !lab.region.state.instances.some(exists))).toBe(1740);
  });

  test("instance-dies: AWS terminates the second new node while it installs, and no one is blamed", () => {
    const lab = faulty(["instance-dies"]);
    const first = toOne(lab);
    lab.until(() => first.node.phase === "started");
    lab.scale(2);
    lab.pass(149);
    expect(newest(lab)).toMatchObject({ state: "running", node: { phase: "installing" } });
    lab.pass(60);
    expect(newest(lab).state).toBe("terminated");
    expect(first.state).toBe("running");
    expect(lab.region.verdict()).toMatchObject({ killedWhileBooting: 0, violations: [] });
    expect(lab.region.verdict().interference).toEqual([
      expect.stringMatching(/^At 2026-\S+Z AWS terminated i-0\w+ while installing\.$/),
    ]);
  });

  test("instance-dies-draining: the node goes with its job, and the verdict says who did it", () => {
    const lab = faulty(["instance-dies-draining"]);
    giveJob(lab.region.state, lab.member(), 600);
    lab.region.exec(lab.member().id, DRAIN);
    lab.pass(11);
    expect(lab.member()).toMatchObject({ state: "shutting-down", node: { phase: "stopping" } });
    expect(did(lab, "instance-dies-draining")).toEqual(["AWS terminated i while draining, with 1 job running"]);
    expect(lab.region.verdict()).toMatchObject({ lostJobs: 0, violations: [] });
  });

  test("target-late: the first new node is no target for two minutes after its start, then becomes healthy", () => {
    const lab = faulty(["target-late"]);
    const node = toOne(lab);
    const target = () => lab.targets().targets.find(({ instanceId }) => instanceId === node.id);
    lab.until(() => node.node.phase === "started");
    lab.pass(119);
    expect(target()).toBeUndefined();
    expect(lab.until(() => target()?.state === "healthy")).toBeLessThan(60);
  });

  test("two faults concern two nodes: each keeps to its own", () => {
    const lab = faulty(["never-healthy", "instance-dies"]);
    const first = toOne(lab);
    lab.pass(600);
    lab.scale(2);
    lab.pass(300);
    expect(first).toMatchObject({ state: "running", node: { phase: "starting" } });
    expect(newest(lab).state).toBe("terminated");
  });
});
