/** A rollout over labs: killed in the middle and continued, and stopped by a gate that fails in its second wave. */
import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readRecord } from "../../lab/record";
import type { RolloutFinished } from "../../orchestration/domain/rollout/events";
import { labFolder, type LabFolder } from "./support/labFolder";

jest.setTimeout(300_000);

const FAST = ["--speed", "120", "--node-build", "120"];

let lab: LabFolder;
let file: string;
beforeAll(async () => {
  lab = await labFolder();
  file = join(lab.dir, "..", "three.yaml");
  const waves = ["lab-one", "lab-two", "lab-three"].map((stack) => `  - stacks: [${stack}]\n`);
  await writeFile(file, `release: 642\nwaves:\n${waves.join("")}`);
});
afterAll(async () => expect(await lab.close()).toEqual([]));

interface Line {
  readonly event: string;
  readonly stack?: string;
  readonly why?: string;
}

const linesIn = (stdout: string): readonly Line[] =>
  stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);

test("killed in the outage of the first stack, it waits for that run and goes on; a gate that fails stops it", async () => {
  const first = lab.startNpm("rollout", file, "--json", ...FAST);
  await first.line('"rollout.stack.outage"');
  first.kill();
  await first.ended;

  const faulty = await lab.npm("status", "--stack", "lab-two", "--json", "--fault", "wrong-release", ...FAST);
  expect(faulty.stderr).not.toContain("error");

  const status = await lab.npm("rollout", "status", file, "--json");
  expect(status.code).toBe(4);
  expect(JSON.parse(status.stdout)).toMatchObject({
    standing: "interrupted",
    stacks: [
      { stack: "lab-one", wave: 1, outcome: "unknown" },
      { stack: "lab-two", outcome: "not-started" },
      { stack: "lab-three", outcome: "not-started" },
    ],
  });

  const { code, stdout } = await lab.npm("rollout", file, "--json", ...FAST);
  const lines = linesIn(stdout);
  const finished = lines.at(-1) as unknown as RolloutFinished;
  expect(lines[0]).toMatchObject({ event: "rollout.resumed" });
  expect(finished).toMatchObject({
    event: "rollout.finished",
    outcome: "failed",
    stacks: [
      { stack: "lab-one", wave: 1, outcome: expect.stringMatching(/^(done|nothing-to-do)$/) as string, release: 642 },
      { stack: "lab-two", wave: 2, outcome: "halted" },
      { stack: "lab-three", wave: 3, outcome: "not-started", release: null, outageSeconds: null },
    ],
  });
  expect(finished.because).toMatch(/^lab-two: halted \(WRONG_RELEASE\)/);
  expect(code).toBe(4);
  // The third was not even looked at.
  await expect(access(join(lab.dir, "lab-three"))).rejects.toThrow("ENOENT");
  const records = await Promise.all(["lab-one", "lab-two"].map((stack) => readRecord(join(lab.dir, stack))));
  expect(new Set(records.map((record) => record?.loadBalancerPort)).size).toBe(2);

  const aborted = await lab.npm("rollout", "abort", file, "--json");
  expect(aborted.code).toBe(0);
  expect(JSON.parse(aborted.stdout)).toMatchObject({ standing: "aborted" });
});
