/**
 * The product's own seconds of an outage, at the speed of a real clock and with a node that is built in a minute. The fleet is one
 * node: what comes after the outage, the second one, takes minutes and is not measured.
 */
import { writeFileSync } from "node:fs";
import type { Ended } from "./support/command";
import { failureIn, finishedIn, sumOfParts, type Finished } from "./support/events";
import { labFolder, type LabFolder } from "./support/labFolder";
import { crowding } from "./support/machine";

jest.setTimeout(450_000);

const NODE_BUILD = 60;

describe("a repave whose node is built in 60 seconds, on a real clock", () => {
  let lab: LabFolder;
  let ended: Ended;
  let finished: Finished;

  beforeAll(async () => {
    lab = await labFolder();
    const running = lab.startNpm("lab", "--speed", "60", "--node-build", String(NODE_BUILD));
    await running.line("Ctrl-C");
    await lab.edit((text) => text.replace(/(tfe:nodeCount: ).*/, '$1"1"'));
    expect((await lab.npm("status", "--stack", "lab", "--json")).code).toBe(0);
    running.interrupt();
    await running.ended;
    ended = await lab.npm("upgrade", "--release", "642", "--stack", "lab", "--json", "--speed", "1");
    finished = finishedIn(ended.stdout);
  });
  afterAll(async () => {
    expect(await lab.close()).toEqual([]);
  });

  it("ends well, with nothing lost and no two releases at once", () => {
    expect(failureIn(ended.stdout)).toBeUndefined();
    expect(finished).toMatchObject({ outcome: "done", nodes: [{ release: 642, healthy: true }] });
    expect(finished.witness).toMatchObject({ overlapSeconds: 0, lostJobs: 0, killedWhileBooting: 0, violations: [] });
  });

  it("adds at most 5 seconds of its own to the outage", () => {
    const { outageParts, outageSeconds, nodeBuildSeconds } = finished;
    const parts = JSON.stringify(outageParts);
    writeFileSync(2, `outage ${outageSeconds ?? "?"} s, node build ${nodeBuildSeconds ?? "?"} s: ${parts}\n`);
    expect(outageParts?.overhead).toBeLessThanOrEqual(5 * crowding());
    expect(sumOfParts(finished)).toBeCloseTo(outageSeconds ?? 0, 0);
  });

  it("waits for the build of one node, and not for 300 seconds of deregistration", () => {
    const { outageParts, outageSeconds } = finished;
    expect(outageParts?.build).toBeGreaterThanOrEqual(NODE_BUILD - 2);
    expect(outageParts?.build).toBeLessThan(NODE_BUILD + 20);
    expect(outageParts?.deregistration).toBeLessThan(20);
    expect(outageSeconds).toBeLessThan(NODE_BUILD + 40);
  });

  it("agrees with the witness to a few seconds", () => {
    expect(Math.abs(finished.witness.unansweredSeconds - (finished.outageSeconds ?? 0))).toBeLessThan(4 * crowding());
  });
});
