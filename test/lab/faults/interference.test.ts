import type { Group } from "../../../lab/region/model";
import { type LabEstate, giveJob, GROUP } from "../estate";
import { did, DRAIN, faulty, theFault } from "./support";

const FENCE = ["Launch", "Terminate", "AlarmNotification", "HealthCheck", "ReplaceUnhealthy"];

const theGroup = (lab: LabEstate): Group => {
  const [group] = lab.region.state.groups;
  if (!group) throw new Error("There is no group.");
  return group;
};

function drainBegun(wish: unknown): LabEstate {
  const lab = faulty([wish]);
  lab.region.suspendProcesses(GROUP, FENCE);
  giveJob(lab.region.state, lab.member(), 600);
  lab.region.exec(lab.member().id, DRAIN);
  return lab;
}

const INTERFERENCE = /^At 2026-\S+Z .*tfe.*\.$/;

describe("somebody else", () => {
  test("autoscaler-interferes: at zero the group is raised to two, after ten seconds", () => {
    const lab = faulty(["autoscaler-interferes"]);
    lab.region.suspendProcesses(GROUP, FENCE);
    lab.scale(0);
    lab.pass(9);
    expect(theGroup(lab).desired).toBe(0);
    lab.pass(1);
    expect(theGroup(lab)).toMatchObject({ min: 2, max: 2, desired: 2 });
    expect(lab.region.verdict().interference).toEqual([expect.stringMatching(INTERFERENCE)]);
    expect(lab.region.verdict().violations).toEqual([]);
  });

  test("scheduled-action: it raises a group whose schedule runs", () => {
    const lab = faulty(["scheduled-action"]);
    lab.scale(0);
    lab.pass(30);
    expect(theGroup(lab)).toMatchObject({ min: 2, max: 2, desired: 2 });
    expect(did(lab, "scheduled-action")).toEqual(["a scheduled action raised tfe to 2"]);
  });

  test("scheduled-action: suspended, it is passed over", () => {
    const lab = faulty(["scheduled-action"]);
    lab.region.suspendProcesses(GROUP, ["ScheduledActions"]);
    lab.scale(0);
    lab.pass(3600);
    expect(theGroup(lab).desired).toBe(0);
    expect(did(lab, "scheduled-action")).toEqual(["a scheduled action on tfe was passed over: it is suspended"]);
  });

  test("capacity-changed: one node is wanted during the drain; a fenced group terminates none", () => {
    const lab = drainBegun("capacity-changed");
    lab.pass(11);
    expect(theGroup(lab)).toMatchObject({ min: 1, max: 2, desired: 1 });
    lab.pass(600);
    expect(lab.members()).toMatchObject([{ state: "running" }, { state: "running" }]);
  });

  test("capacity-changed: another number on request", () => {
    const lab = drainBegun({ fault: "capacity-changed", capacity: 3 });
    lab.pass(11);
    expect(theGroup(lab)).toMatchObject({ min: 2, max: 3, desired: 3 });
  });

  test("processes-resumed: nothing is suspended any more", () => {
    const lab = drainBegun("processes-resumed");
    lab.pass(9);
    expect(theGroup(lab).suspended).toHaveLength(FENCE.length);
    lab.pass(1);
    expect(theGroup(lab).suspended).toEqual([]);
    expect(lab.region.verdict().interference).toEqual([expect.stringContaining("resumed all processes of tfe")]);
  });

  test("instance-refresh: it is under way for half an hour and touches no node", () => {
    const lab = faulty(["instance-refresh"]);
    const before = lab.members().map(({ id }) => id);
    lab.pass(1799);
    expect(theFault(lab, "instance-refresh")).toMatchObject({ status: "active", struck: 1 });
    lab.pass(1);
    expect(theFault(lab, "instance-refresh").status).toBe("ended");
    expect(lab.members().map(({ id }) => id)).toEqual(before);
    expect(lab.region.verdict().interference).toEqual([expect.stringContaining("instance refresh of tfe")]);
  });
});
