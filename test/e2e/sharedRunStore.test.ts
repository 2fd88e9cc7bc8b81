/** Two operators, each with a checkout of their own, and a bucket as the one place that both look at. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULTS } from "../../lab/region/defaults";
import { failureIn, finishedIn } from "./support/events";
import { labFolder, type LabFolder } from "./support/labFolder";
import type { Ended, Started } from "./support/command";

jest.setTimeout(290_000);

describe("two operators upgrade at once, with their runs in a bucket", () => {
  let lab: LabFolder;
  let labProcess: Started;
  let stopped: Ended;
  let refused: Ended;
  let resumed: Ended;

  beforeAll(async () => {
    lab = await labFolder();
    labProcess = lab.startNpm("lab", "--speed", "20", "--node-build", "120");
    await labProcess.line("Ctrl-C");
    await lab.edit((text) => `${text.trimEnd()}\n  tfe:runStore: s3://${DEFAULTS.runsBucket}/runs\n`);
    const built = await lab.npm("status", "--stack", "lab", "--json");
    expect(built.code).toBe(0);

    const upgrade = ["upgrade", "--release", "642", "--stack", "lab", "--json"];
    const [one, two] = [lab.startNpm(...upgrade), lab.startNpm(...upgrade)];
    const draining = [one, two].map((each) => each.line('"drain.started"').then(() => each));
    const winner = await Promise.any(draining);
    refused = await (winner === one ? two : one).ended;
    winner.interrupt();
    stopped = await winner.ended;
    resumed = await lab.npm("upgrade", "--resume", "--stack", "lab", "--json");
  });
  afterAll(async () => {
    labProcess.interrupt();
    await labProcess.ended;
    expect(await lab.close()).toEqual([]);
  });

  it("lets one go on and refuses the other, naming the one, and the other changes nothing", () => {
    expect(refused.code).toBe(3);
    expect(failureIn(refused.stdout)).toMatch(/LEASE_HELD run run-\d{8}-\d{6}-642-\w+ of \S+@\S+ since /);
    expect(finishedIn(refused.stdout)).toMatchObject({ outcome: "blocked" });
  });

  it("goes on with the run that was stopped, as the one who resumes finds it in the bucket", () => {
    expect(stopped.code).toBe(130);
    expect(failureIn(resumed.stdout)).toBeUndefined();
    expect(resumed.code).toBe(0);
    const { runId } = finishedIn(stopped.stdout);
    const finished = finishedIn(resumed.stdout);
    expect(finished).toMatchObject({ runId, outcome: "done", release: 642 });
    expect(finished.witness).toMatchObject({ overlapSeconds: 0, lostJobs: 0, killedWhileBooting: 0, violations: [] });
  });

  it("has left a journal without a gap, the report, and no lease, and nothing in a folder", async () => {
    const { runId } = finishedIn(resumed.stdout);
    const { buckets } = await lab.region();
    const objects = buckets[DEFAULTS.runsBucket] ?? {};
    const keys = Object.keys(objects).flatMap((key) => key.split("runs/lab/")[1] ?? []);
    const entries = keys.filter((key) => key.includes("/journal/")).sort();
    const name = (seq: number): string => `${runId ?? ""}/journal/${String(seq).padStart(6, "0")}.json`;
    expect(entries).toEqual(entries.map((_, seq) => name(seq)));
    const journal = entries.map((key) => {
      const object = JSON.parse(objects[`runs/lab/${key}`]?.body ?? "{}") as {
        entry: { event?: string; step?: string };
      };
      return object.entry;
    });
    const steps = journal.flatMap(({ event, step }) => (event === "step.finished" ? [step] : []));
    expect(steps).toEqual(expect.arrayContaining(["claim", "drain", "scaleToZero", "scaleToOne", "gate", "scaleOut"]));
    expect(journal.at(-1)).toMatchObject({ event: "run.finished", outcome: "done" });
    expect(keys).toEqual(expect.arrayContaining(["lease.token", `${runId ?? ""}/run.json`]));
    expect(keys).not.toContain("lease.json");
    await expect(access(join(lab.dir, "runs", "lab"))).rejects.toThrow("ENOENT");
  });
});
