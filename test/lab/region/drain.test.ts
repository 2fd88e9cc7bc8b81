import { type LabEstate, giveJob, NO_JOBS, script, started } from "../estate";

const DRAIN = "/usr/local/bin/replicated admin --no-tty node-drain";

/** A node of the release with a job that runs for ten minutes more. */
function busy(release: number, appConfig: Record<string, string> = {}): LabEstate {
  const lab = started({ text: script(release, appConfig), timings: NO_JOBS });
  giveJob(lab.region.state, lab.member(), 600);
  return lab;
}

function drained(lab: LabEstate): { seconds: number; exitCode: number; phase: string } {
  const from = lab.region.state.now;
  const { endedAt, exitCode } = lab.run(lab.member(), DRAIN);
  return { seconds: (endedAt - from) / 1000, exitCode, phase: lab.member().node.phase };
}

describe("node-drain", () => {
  test.each([722, 760, 781, 811])("release %i: it ends when the node's last job has ended", (release) => {
    expect(drained(busy(release))).toEqual({ seconds: 600, exitCode: 0, phase: "drained" });
  });

  test.each([504, 642, 713])("release %i: it ends after half a minute, work or no work", (release) => {
    const lab = busy(release);
    expect(drained(lab)).toEqual({ seconds: 30, exitCode: 0, phase: "draining" });

    expect(lab.until(() => lab.member().node.phase === "drained")).toBe(570);
    expect(lab.region.verdict()).toMatchObject({ jobsFinished: 1, lostJobs: 0 });
  });

  test("a node without jobs is drained at once, and again without harm", () => {
    const lab = started({ timings: NO_JOBS });
    expect(drained(lab)).toEqual({ seconds: 0, exitCode: 0, phase: "drained" });
    expect(drained(lab)).toEqual({ seconds: 2, exitCode: 0, phase: "drained" });
  });

  test.each([681, 688])("release %i: it does not work with runs in agents", (release) => {
    expect(drained(busy(release, { run_pipeline_mode: "agent" }))).toMatchObject({ exitCode: 1, phase: "started" });
    expect(drained(busy(release))).toMatchObject({ exitCode: 0, phase: "draining" });
  });

  test("a node that is not up is not drained", () => {
    const lab = started({ timings: NO_JOBS });
    lab.run(lab.member(), "replicatedctl app restart");
    expect(drained(lab)).toMatchObject({ exitCode: 1 });
    lab.run(lab.member(), "replicatedctl app stop --attach");
    expect(drained(lab)).toMatchObject({ exitCode: 1, phase: "stopped" });
  });

  test("it waits no longer when the application is stopped under it, and has failed", () => {
    const lab = busy(781);
    const drain = lab.region.exec(lab.member().id, DRAIN);
    lab.pass(60);
    lab.region.exec(lab.member().id, "replicatedctl app stop");
    lab.pass(0);

    expect(drain.result).toMatchObject({ exitCode: 1 });
    expect(lab.region.verdict().lostJobs).toBe(1);
  });
});

describe("jobs", () => {
  test("a draining node takes none, the other one all", () => {
    const lab = started({ count: 2, text: script(781) });
    lab.pass(300);
    lab.region.exec(lab.member(0).id, DRAIN);
    const before = lab.region.state.jobs.filter((job) => job.instanceId === lab.member(0).id).map(({ id }) => id);
    lab.pass(60);
    const after = lab.region.state.jobs.filter((job) => job.instanceId === lab.member(0).id).map(({ id }) => id);

    expect(before.length).toBeGreaterThan(0);
    expect(before).toEqual(expect.arrayContaining(after));
    lab.pass(240);
    expect(lab.member(0).node.phase).toBe("drained");
    expect(lab.region.state.jobs.some((job) => job.instanceId === lab.member(0).id)).toBe(false);
    expect(lab.region.verdict().lostJobs).toBe(0);
  });

  test("what waits in the queue outlives every node", () => {
    const lab = started({ text: script(642, { capacity_concurrency: "1" }), timings: { jobEvery: 10_000 } });
    lab.pass(100);
    lab.run(lab.member(), DRAIN);
    lab.until(() => lab.member().node.phase === "drained");
    lab.scale(0);
    lab.until(() => lab.members().length === 0);
    const waiting = lab.region.state.jobs.map(({ id }) => id);
    expect(waiting.length).toBeGreaterThan(3);
    lab.pass(600);
    expect(lab.region.state.jobs.map(({ id }) => id)).toEqual(waiting);

    lab.scale(1);
    lab.until(() => lab.members()[0]?.node.phase === "started");
    lab.pass(1);
    expect(lab.region.state.jobs.find((job) => job.instanceId !== undefined)?.id).toBe(waiting[0]);
  });

  test("a node takes as many as its capacity, and the queue has an end", () => {
    const lab = started({
      text: script(642, { capacity_concurrency: "2" }),
      timings: { jobEvery: 1000, jobDuration: [3_600_000, 3_600_000] },
    });
    lab.pass(300);
    const { jobs } = lab.region.state;

    expect(jobs.filter((job) => job.instanceId === lab.member().id)).toHaveLength(2);
    expect(jobs.filter((job) => job.instanceId === undefined)).toHaveLength(30);
  });

  test("more capacity counts from the restart on", () => {
    const lab = started({
      text: script(642, { capacity_concurrency: "1" }),
      timings: { jobEvery: 1000, jobDuration: [3_600_000, 3_600_000] },
    });
    const running = () => lab.region.state.jobs.filter((job) => job.instanceId !== undefined).length;
    lab.run(lab.member(), "tfe-admin app-config -k capacity_concurrency -v 3");
    lab.pass(60);
    expect(running()).toBe(1);

    lab.run(lab.member(), "replicatedctl app restart -a");
    lab.pass(60);
    expect(running()).toBe(3);
  });

  test("durations lie within their bounds", () => {
    const lab = started({ timings: { jobEvery: 5000, jobDuration: [60_000, 90_000] } });
    lab.pass(600);
    const durations = lab.region.state.jobs.map(({ durationMs }) => durationMs);

    expect(Math.min(...durations)).toBeGreaterThanOrEqual(60_000);
    expect(Math.max(...durations)).toBeLessThanOrEqual(90_000);
    expect(new Set(durations).size).toBeGreaterThan(1);
  });
});
