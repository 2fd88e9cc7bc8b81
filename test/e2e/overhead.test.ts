/**
 * The product's own seconds of an outage, at the speed of a real clock: a node that is built in a minute. What is not measured
 * runs faster; in between the operator stops the run with Ctrl-C, and the same command goes on.
 */
import { writeFileSync } from "node:fs";
import type { Ended } from "./support/command";
import { eventsIn, failureIn, finishedIn, stepsIn, sumOfParts, type Finished } from "./support/events";
import { labFolder, type LabFolder } from "./support/labFolder";

jest.setTimeout(290_000);

const NODE_BUILD = 60;

describe("a repave whose node is built in 60 seconds, on a real clock", () => {
  let lab: LabFolder;
  let drained: Ended;
  let measured: Ended;
  let completed: Ended;
  let outage: Finished;

  beforeAll(async () => {
    lab = await labFolder();
    const fast = ["--speed", "60", "--node-build", String(NODE_BUILD)];
    await lab.npm("status", "--stack", "lab", "--json", ...fast);
    drained = await upgradeUntil('"step":"drain","hop":0,"seconds"', "60");
    measured = await upgradeUntil('"gate.passed"', "1");
    outage = finishedIn(measured.stdout);
    completed = await lab.npm("upgrade", "--release", "642", "--stack", "lab", "--json", "--speed", "60");
  });
  afterAll(async () => {
    expect(await lab.close()).toEqual([]);
  });

  async function upgradeUntil(said: string, speed: string): Promise<Ended> {
    const upgrade = lab.startNpm("upgrade", "--release", "642", "--stack", "lab", "--json", "--speed", speed);
    await upgrade.line(said);
    upgrade.interrupt();
    return upgrade.ended;
  }

  it("adds at most 5 seconds of its own", () => {
    const { outageParts, outageSeconds, nodeBuildSeconds } = outage;
    writeFileSync(
      2,
      `outage ${outageSeconds ?? "?"} s, node build ${nodeBuildSeconds ?? "?"} s: ${JSON.stringify(outageParts)}\n`,
    );
    expect(outageParts?.overhead).toBeLessThanOrEqual(5);
    expect(sumOfParts(outage)).toBeCloseTo(outageSeconds ?? 0, 0);
  });

  it("waits for the build of one node, and neither for 300 seconds of deregistration nor for a second node", () => {
    const { outageParts, outageSeconds } = outage;
    expect(outageParts?.build).toBeGreaterThanOrEqual(NODE_BUILD - 2);
    expect(outageParts?.build).toBeLessThan(NODE_BUILD + 15);
    expect(outageParts?.deregistration).toBeLessThan(20);
    expect(outageSeconds).toBeLessThan(NODE_BUILD + 40);
  });

  it("agrees with the witness to a few seconds", () => {
    expect(Math.abs(outage.witness.unansweredSeconds - (outage.outageSeconds ?? 0))).toBeLessThan(4);
  });

  it("stops at Ctrl-C with 130, held as it is, and says how to go on", () => {
    for (const { code, stdout } of [drained, measured]) {
      expect(code).toBe(130);
      expect(finishedIn(stdout).outcome).toBe("interrupted");
      const failed = eventsIn(stdout).find((event) => event.event === "run.failed");
      expect(failed).toHaveProperty("fleet", expect.stringContaining("npm run upgrade -- --stack lab --release 642"));
    }
  });

  it("goes on by the same command and does nothing twice, to the end of the same run", () => {
    expect(failureIn(completed.stdout)).toBeUndefined();
    expect(completed.code).toBe(0);
    const finished = finishedIn(completed.stdout);
    expect(finished).toMatchObject({ outcome: "done", runId: outage.runId, from: 610, release: 642 });
    expect(finished.nodes.map(({ release, healthy }) => [release, healthy])).toEqual([
      [642, true],
      [642, true],
    ]);
    expect(finished.witness).toMatchObject({ overlapSeconds: 0, lostJobs: 0, killedWhileBooting: 0, violations: [] });
    expect(stepsIn(measured.stdout)).not.toContain("drain");
    expect(stepsIn(completed.stdout)).not.toContain("scaleToZero");
    expect(stepsIn(completed.stdout).slice(-2)).toEqual(["scaleOut", "verify"]);
  });
});
