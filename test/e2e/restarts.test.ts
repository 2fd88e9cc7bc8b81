/** Restarts under load: no request is left without an answer, and no job is lost. The witness counts both. */
import { eventsIn, failureIn, finishedIn } from "./support/events";
import type { Started } from "./support/command";
import { labFolder, type LabFolder } from "./support/labFolder";

jest.setTimeout(450_000);

/** Each command restarts both nodes: ten restarts in all. */
const COMMANDS = 5;

describe("restarts of a fleet of two nodes under load", () => {
  let lab: LabFolder;
  let labProcess: Started;
  const stack = ["--stack", "lab", "--json"];

  beforeAll(async () => {
    lab = await labFolder();
    // At most 50 lab seconds per second: the witness makes a request in each lab second.
    labProcess = lab.startNpm("lab", "--speed", "40", "--node-build", "60");
    await labProcess.line("Ctrl-C");
    const built = await lab.npm("status", ...stack);
    expect(built.code).toBe(0);
  });
  afterAll(async () => {
    labProcess.interrupt();
    await labProcess.ended;
    expect(await lab.close()).toEqual([]);
  });

  /** Nothing was unanswered and nothing was lost since the lab began, although jobs ran. */
  async function expectNothingMissed(jobsBefore: number): Promise<void> {
    const { verdict, witness } = await lab.region();
    expect(witness.answered).toBe(true);
    expect(verdict).toMatchObject({ unansweredSeconds: 0, lostJobs: 0, killedWhileBooting: 0, violations: [] });
    expect(verdict.jobsFinished).toBeGreaterThan(jobsBefore);
  }

  it("restart: ten times a node stops and starts, 0 seconds without an answer", async () => {
    const before = await lab.region();
    const restarted: string[] = [];
    for (let i = 0; i < COMMANDS; i++) {
      const { code, stdout } = await lab.npm("restart", ...stack);
      expect(failureIn(stdout)).toBeUndefined();
      expect(code).toBe(0);
      restarted.push(
        ...eventsIn(stdout).flatMap((said) => (said.event === "node.restarting" ? [said.instanceId] : [])),
      );
    }
    const after = await lab.region();
    expect(restarted).toHaveLength(2 * COMMANDS);
    // The nodes say so too: each application was started again by the last command, and none of them is a new machine.
    expect(after.instances.map(({ id }) => id)).toEqual(before.instances.map(({ id }) => id));
    expect(new Set(restarted)).toEqual(new Set(after.instances.map(({ id }) => id)));
    await expectNothingMissed(before.verdict.jobsFinished);
  });

  it("abort of a run that has drained one node: that node restarts, 0 seconds without an answer", async () => {
    const before = await lab.region();
    const upgrade = lab.startNpm("upgrade", "--release", "642", ...stack);
    await upgrade.line('"drain.proven"');
    upgrade.interrupt();
    const interrupted = await upgrade.ended;
    expect(finishedIn(interrupted.stdout).outcome).toBe("interrupted");
    const { code, stdout } = await lab.npm("abort", ...stack);
    expect(failureIn(stdout)).toBeUndefined();
    expect(code).toBe(0);
    expect(eventsIn(stdout).filter(({ event }) => event === "node.restarting").length).toBeGreaterThan(0);
    await expectNothingMissed(before.verdict.jobsFinished);
  });

  it("app-config set: both nodes restart with the setting, 0 seconds without an answer", async () => {
    const before = await lab.region();
    const { code, stdout } = await lab.npm("app-config", "set", "capacity_concurrency", "12", ...stack);
    expect(failureIn(stdout)).toBeUndefined();
    expect(code).toBe(0);
    await expectNothingMissed(before.verdict.jobsFinished);
  });
});
