/** A run that is proven by runs of Terraform, on nodes with a container: held before the second node, resumed, and its report. */
import { flawsOf } from "../../orchestration/adapters/reporters/schema/stream";
import { eventsIn, failureIn, finishedIn } from "./support/events";
import { labFolder, type LabFolder } from "./support/labFolder";
import { secretsInFiles } from "./support/secrets";

jest.setTimeout(300_000);

const FAST = ["--speed", "60", "--node-build", "60"] as const;
const UPGRADE = ["upgrade", "--stack", "lab", ...FAST, "--json"] as const;

describe("an upgrade with smoke runs", () => {
  let lab: LabFolder;
  let runId: string | null;
  beforeAll(async () => (lab = await labFolder()));
  afterAll(async () => expect(await lab.close()).toEqual([]));

  it("is held before the second node by a certificate that runs do not trust, though every node is healthy", async () => {
    const asked = ["--release", "v202505-1", "--estate", "fdo", "--smoke", "--change", "CHG0012345"];
    const held = await lab.npm(...UPGRADE, ...asked, "--fault", "certificate-unknown");
    expect(held.code).toBe(4);
    const failed = eventsIn(held.stdout).find((event) => event.event === "run.failed");
    expect(failed).toMatchObject({ step: "smoke", code: "SMOKE_FAILED" });
    expect(failureIn(held.stdout)).toMatch(/x509: certificate signed by unknown authority\. Runs do not trust/);
    expect(eventsIn(held.stdout).flatMap(flawsOf)).toEqual([]);
    const { groups, verdict } = await lab.region();
    expect(groups).toMatchObject([{ desired: 1 }]);
    expect(groups[0]?.suspended.length).toBeGreaterThan(0);
    expect(verdict).toMatchObject({ overlapSeconds: 0, lostJobs: 0, violations: [] });
  });

  it("is resumed once the cause is fixed, with a new smoke run and one more at the end", async () => {
    const ended = await lab.npm(...UPGRADE, "--resume", "--fault", "none");
    expect([ended.code, failureIn(ended.stdout)]).toEqual([0, undefined]);
    ({ runId } = finishedIn(ended.stdout));
    const smoke = eventsIn(ended.stdout).flatMap((event) => (event.event === "smoke.finished" ? [event] : []));
    expect(smoke.map(({ moment, passed }) => [moment, passed])).toEqual([
      ["firstNode", true],
      ["end", true],
    ]);
    expect(finishedIn(ended.stdout).witness).toMatchObject({ lostJobs: 0, secretsShown: 0, violations: [] });
    const { application } = await lab.region();
    expect(application?.runs.map(({ status }) => status)).toEqual([
      "errored",
      "planned_and_finished",
      "planned_and_finished",
    ]);
  });

  it("leaves a report for the change's ticket, and the token nowhere", async () => {
    const report = await lab.read(`runs/lab/${runId ?? ""}/report.md`);
    expect(report).toContain("| change | CHG0012345 |");
    expect(
      report.match(/\[run-\w+\]\(https:\/\/localhost:\d+\/app\/lab\/workspaces\/smoke\/runs\/run-\w+\)/g),
    ).toHaveLength(3);
    expect(await secretsInFiles([lab.dir])).toEqual([]);
  });
});
