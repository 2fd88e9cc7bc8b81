import type { Exec } from "../../../lab/region/model";
import { type LabEstate, giveJob } from "../estate";
import { did, DRAIN, faulty, theFault } from "./support";

/** The first node with a job of ten minutes, and its drain just begun. */
function draining(...wishes: readonly unknown[]): { lab: LabEstate; drain: Exec } {
  const lab = faulty(wishes);
  giveJob(lab.region.state, lab.member(), 600);
  const drain = lab.region.exec(lab.member().id, DRAIN);
  lab.pass(0);
  return { lab, drain };
}

const ended = (lab: LabEstate, drain: Exec): number => lab.until(() => drain.result !== undefined);

function send(lab: LabEstate, index = 0): string {
  const sent = lab.region.sendCommand({
    instanceIds: [lab.member(index).id],
    commands: ["hostname"],
    documentName: "AWS-RunShellScript",
    executionTimeoutSeconds: 60,
    deliveryTimeoutSeconds: 60,
  });
  lab.pass(10);
  return sent.invocations[0]?.status ?? "";
}

describe("the drain of a node", () => {
  test("without a fault ends with its jobs", () => {
    const { lab, drain } = draining();
    expect(ended(lab, drain)).toBe(600);
  });

  test("drain-hangs: a job on it takes four hours", () => {
    const { lab, drain } = draining({ fault: "drain-hangs", for: 7200 });
    expect(ended(lab, drain)).toBe(7200);
    expect(lab.region.state.verdict).toMatchObject({ jobsFinished: 2, lostJobs: 0 });
    expect(did(lab, "drain-hangs")).toEqual([expect.stringMatching(/^run-\d{8} on i will take 7200 s$/)]);
  });

  test("drain-hangs: the other node has none of it", () => {
    const { lab } = draining("drain-hangs");
    const from = lab.region.state.now;
    expect(lab.run(lab.member(1), DRAIN).endedAt - from).toBeLessThan(5000);
  });

  test("drain-returns-early: it says that it is done after five seconds, with the job running", () => {
    const { lab, drain } = draining("drain-returns-early");
    expect(ended(lab, drain)).toBe(5);
    expect(drain.result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("completed") as string });
    expect(lab.region.state.jobs).toMatchObject([{ instanceId: lab.member().id }]);
    expect(lab.member().node.phase).toBe("draining");
  });

  test("drain-fails: status 1, the node goes on taking jobs, and the next drain works", () => {
    const { lab, drain } = draining("drain-fails");
    expect(drain.result).toMatchObject({ exitCode: 1, stdout: "" });
    expect(lab.member().node.phase).toBe("started");
    expect(lab.run(lab.member(), DRAIN)).toMatchObject({ exitCode: 0 });
    expect(lab.member().node.phase).toBe("drained");
  });

  test("drain-fails, twice: the second drain fails as well", () => {
    const { lab } = draining({ fault: "drain-fails", times: 2 });
    expect(lab.run(lab.member(), DRAIN).exitCode).toBe(1);
    expect(lab.run(lab.member(), DRAIN).exitCode).toBe(0);
  });
});

describe("the way to a node", () => {
  test("node-unreachable: neither a session nor a command gets through for five minutes, and what runs there runs on", () => {
    const lab = faulty([{ fault: "node-unreachable", when: "drain" }]);
    giveJob(lab.region.state, lab.member(), 60);
    const sent = lab.region.sendCommand({
      instanceIds: [lab.member().id],
      commands: [DRAIN],
      documentName: "AWS-RunShellScript",
      executionTimeoutSeconds: 3600,
      deliveryTimeoutSeconds: 60,
    });
    lab.until(() => theFault(lab, "node-unreachable").status === "active");
    expect(() => send(lab)).toThrow("not in a valid state");
    expect(() => lab.region.exec(lab.member().id, "hostname")).toThrow("not in a valid state");
    expect(send(lab, 1)).toBe("Success");
    lab.pass(120);
    expect(lab.member().node.phase).toBe("drained");
    expect(sent.invocations[0]?.status).toBe("InProgress");
    lab.pass(200);
    expect(sent.invocations[0]?.status).toBe("Success");
    expect(send(lab)).toBe("Success");
  });

  test("node-unreachable: it begins with the fence", () => {
    const lab = faulty(["node-unreachable"]);
    lab.pass(60);
    expect(theFault(lab, "node-unreachable").status).toBe("waiting");
    lab.region.suspendProcesses("tfe", undefined);
    lab.pass(0);
    expect(theFault(lab, "node-unreachable")).toMatchObject({ status: "active", subject: lab.member().id });
  });
});

test("snapshot-fails: the next snapshot will not become available, the one after it will", () => {
  const lab = faulty(["snapshot-fails"]);
  for (const snapshotId of ["a", "b"]) {
    lab.region.createDbSnapshot({ snapshotId, instanceId: "tfe-lab" });
    lab.pass(0);
  }
  expect(lab.region.state.dbSnapshots).toMatchObject([
    { id: "a", failed: true },
    { id: "b", failed: false },
  ]);
});
