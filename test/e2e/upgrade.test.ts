/** The product as its users run it, on a lab that each command starts and ends: one release, nothing, refusals, two releases. */
import { execFileSync } from "node:child_process";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { flawsOf } from "../../orchestration/adapters/reporters/schema/stream";
import { ROOT, type Ended } from "./support/command";
import { eventsIn, failureIn, finishedIn, stepsIn, stepsOf, sumOfParts, type Finished } from "./support/events";
import { labFolder, type LabFolder } from "./support/labFolder";
import { crowding } from "./support/machine";
import { resultOf, UPGRADED_TO_642 } from "./support/result";

jest.setTimeout(450_000);

/** A lab second of each of two observers, and a real one (30 of the lab's) in which a busy machine may have held up either. */
const TOLERANCE = 32;

describe("upgrading the lab", () => {
  let lab: LabFolder;
  const checkout = gitStatus();
  beforeAll(async () => (lab = await labFolder()));
  afterAll(async () => {
    expect(await lab.close()).toEqual([]);
    expect(gitStatus()).toEqual(checkout);
  });

  describe("from nothing to release 642", () => {
    let ended: Ended;
    let finished: Finished;
    beforeAll(async () => {
      ended = await lab.npm("upgrade", "--release", "642", "--stack", "lab", "--json");
      finished = finishedIn(ended.stdout);
    });

    it("builds the fleet on 610, upgrades it and ends with 0: both nodes on 642 and healthy", () => {
      expect(failureIn(ended.stdout)).toBeUndefined();
      expect(ended.code).toBe(0);
      expect(finished).toMatchObject({ outcome: "done", from: 610, release: 642, hops: [642] });
      expect(finished.nodes).toHaveLength(2);
      for (const node of finished.nodes) expect(node).toMatchObject({ release: 642, healthy: true });
    });

    it("tells it in events that docs/events.md describes", () => {
      expect(eventsIn(ended.stdout).flatMap(flawsOf)).toEqual([]);
    });

    it("has the result that a run over SSH has, with every command sent over SSM", async () => {
      expect(resultOf(ended)).toEqual(UPGRADED_TO_642);
      const { ssmCommands } = await lab.region();
      const drains = ssmCommands.filter(({ commands }) => commands.join().includes("node-drain"));
      const drained = drains.flatMap(({ invocations }) => invocations);
      expect(new Set(drained.map(({ instanceId }) => instanceId)).size).toBe(2);
      expect(new Set(drained.map(({ status }) => status))).toEqual(new Set(["Success"]));
    });

    it("walks every step once, in the order of the plan", () => {
      expect(stepsIn(ended.stdout)).toEqual(stepsOf(1));
      // Nobody asked for prepared nodes, or for smoke runs.
      const made = finished.steps.map((step) => step.id).filter((id) => id !== "prepare" && id !== "smoke");
      expect(made).toEqual(stepsOf(1));
    });

    it("takes its outage apart without a remainder, and weighs it against the build of a node", () => {
      const { outageSeconds, nodeBuildSeconds, outageRatio, outageParts } = finished;
      expect(sumOfParts(finished)).toBeCloseTo(outageSeconds ?? 0, 0);
      expect(outageRatio).toBeCloseTo((outageSeconds ?? 0) / (nodeBuildSeconds ?? 1), 1);
      // The lab builds a node in 360 s.
      expect(nodeBuildSeconds).toBeGreaterThanOrEqual(360);
      expect(outageParts?.build).toBeGreaterThanOrEqual(358);
      // AWS's own default would be 300 s.
      expect(outageParts?.deregistration).toBeLessThan(150);
    });

    it("is seen by the witness as it says itself, with no two releases at once and no work lost", () => {
      expect(finished.witness).toMatchObject({ overlapSeconds: 0, lostJobs: 0, killedWhileBooting: 0, violations: [] });
      expect(finished.witness.jobsFinished).toBeGreaterThan(0);
      expect(Math.abs(finished.witness.unansweredSeconds - (finished.outageSeconds ?? 0))).toBeLessThan(
        TOLERANCE * crowding(),
      );
    });

    it("leaves the lab at full capacity, pinned to the new build, with no process suspended", async () => {
      const { groups, database } = await lab.region();
      expect(groups).toMatchObject([{ min: 2, desired: 2, max: 2, launchTemplateVersion: "2", suspended: [] }]);
      expect(database.started).toEqual([610, 642]);
      expect(await lab.read("Pulumi.lab.yaml")).toMatch(/tfe:releaseSequence: "642"[^]*tfe:activeTemplateVersion: "2"/);
    });
  });

  it("has nothing to do the second time, and does nothing", async () => {
    const before = await lab.snapshot();
    const { code, stdout } = await lab.npm("upgrade", "--release", "v202207-2", "--stack", "lab", "--json");
    expect(code).toBe(0);
    expect(finishedIn(stdout)).toMatchObject({ outcome: "nothing-to-do", release: 642, hops: [], outageSeconds: 0 });
    expect(await lab.snapshot()).toEqual(before);
  });

  it("tells the status as one object", async () => {
    const { code, stdout } = await lab.npm("status", "--stack", "lab", "--json");
    expect(code).toBe(0);
    const node = { release: 642, healthy: true, state: "running", lifecycle: "InService", templateVersion: 2 };
    expect(JSON.parse(stdout)).toMatchObject({
      event: "status",
      group: { min: 2, desired: 2, max: 2, suspended: [] },
      template: { active: "2", latest: 2 },
      stackBuild: { release: 642 },
      nodes: [node, node],
      unfinishedRun: null,
      lease: null,
    });
  });

  it.each(["status", "runs", "report", "sync", "app-config get", "app-config diff", "support-bundle"])(
    "answers `%s --json` in objects that docs/events.md describes",
    async (words) => {
      const { code, stdout } = await lab.npm(...words.split(" "), "--stack", "lab", "--json");
      expect(code).toBe(0);
      const answers = eventsIn(stdout);
      expect(answers.length).toBeGreaterThan(0);
      expect(answers.flatMap(flawsOf)).toEqual([]);
    },
  );

  it("finds every node healthy", async () => {
    const { code, stdout } = await lab.npm("health", "--stack", "lab", "--json");
    expect(code).toBe(0);
    const looks = eventsIn(stdout);
    expect(looks.map((look) => look.event)).toEqual(["node.health", "node.health"]);
    for (const look of looks) expect(look).toMatchObject({ healthy: true });
  });

  it.each([
    ["519", /older than 642 \(v202207-2\).*no downgrade/],
    ["763", /v202404-1 \(763\) was withdrawn/],
    ["764", /v202404-2 \(764\) cannot run Active\/Active/],
  ])("refuses release %s with the reason, and changes nothing", async (release, reason) => {
    const before = await lab.snapshot();
    const { code, stdout } = await lab.npm("upgrade", "--release", release, "--stack", "lab", "--json");
    expect(code).toBe(3);
    const failed = eventsIn(stdout).at(-2);
    expect(failed).toMatchObject({ event: "run.failed", code: "PATH_ILLEGAL", fleet: "unchanged" });
    expect(failed).toHaveProperty("detail", expect.stringMatching(reason));
    expect(finishedIn(stdout)).toMatchObject({ outcome: "blocked", hops: [] });
    expect(await lab.snapshot()).toEqual(before);
  });

  it("writes the plan of 713, and refuses it by name in another world", async () => {
    const file = join(lab.dir, "plan.json");
    const planned = await lab.npm("plan", "--release", "713", "--stack", "lab", "--json", "--out", file);
    expect(planned.code).toBe(0);
    expect(eventsIn(planned.stdout).at(-1)).toMatchObject({
      event: "plan.judged",
      file,
      command: `npm run upgrade -- ${file} --stack lab`,
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const text = await lab.read("Pulumi.lab.yaml");
    await lab.edit((found) => found.replace("config:\n", 'config:\n  tfe:deregistrationDelay: "20"\n'));
    const before = await lab.snapshot();
    const { code, stdout } = await lab.npm("upgrade", file, "--stack", "lab", "--json");
    expect(code).toBe(3);
    expect(eventsIn(stdout).find(({ event }) => event === "run.failed")).toMatchObject({
      code: "PLAN_OUTDATED",
      detail: "tfe:deregistrationDelay in the stack file: added since",
      next: `Make the plan again: npm run plan -- --release 713 --stack lab --out ${file}`,
    });
    expect(await lab.snapshot()).toEqual(before);
    await lab.edit(() => text);
  });

  it("goes by the plan to 713 through the required 692: each fully started, in one run", async () => {
    const { code, stdout } = await lab.npm("upgrade", join(lab.dir, "plan.json"), "--json", "--speed", "60");
    expect(failureIn(stdout)).toBeUndefined();
    expect(code).toBe(0);
    const finished = finishedIn(stdout);
    expect(finished).toMatchObject({ outcome: "done", from: 642, release: 713, hops: [692, 713] });
    expect(finished.nodes.map((node) => node.release)).toEqual([713, 713]);
    expect(finished.witness).toMatchObject({ overlapSeconds: 0, lostJobs: 0, killedWhileBooting: 0, violations: [] });
    expect(stepsIn(stdout)).toEqual(stepsOf(2));
    expect((await lab.region()).database.started).toEqual([610, 642, 692, 713]);

    const journal = await lab.read(`runs/lab/${finished.runId ?? ""}/journal.jsonl`);
    const passed = eventsIn(journal).filter((event) => event.event === "gate.passed");
    // Both hops' first nodes, and the second node of the last.
    expect(passed.map((event) => event.hop)).toEqual([0, 1, 1]);
  });
});

function gitStatus(): string {
  try {
    return execFileSync("git", ["status", "--porcelain"], { cwd: ROOT, encoding: "utf8" });
  } catch {
    return "not a checkout";
  }
}
