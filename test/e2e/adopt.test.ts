/** A fleet of the vendor's module moves to a stack of ours, and back to the group as it was found. */
import type { RegionState } from "../../lab/region/model";
import { eventsIn, failureIn, finishedIn } from "./support/events";
import { labFolder, type LabFolder } from "./support/labFolder";

jest.setTimeout(450_000);

const LAB = ["--stack", "lab", "--json", "--speed", "60", "--node-build", "60"] as const;
const CLEAN = { overlapSeconds: 0, lostJobs: 0, killedWhileBooting: 0, secretsShown: 0, violations: [] };

describe("adopting the vendor's module", () => {
  let folder: LabFolder;
  const group = async (name: string): Promise<RegionState["groups"][number]> => {
    const found = (await folder.region()).groups.find((each) => each.name === name);
    if (!found) throw new Error(`there is no group ${name}`);
    return found;
  };
  const capacity = async (name: string): Promise<readonly number[]> => {
    const { min, desired, max } = await group(name);
    return [min, desired, max];
  };

  beforeAll(async () => {
    folder = await labFolder();
  });
  afterAll(async () => expect(await folder.close()).toEqual([]));

  it("needs no other option, and leaves the old group at zero, suspended and tagged", async () => {
    const { code, stdout } = await folder.npm("adopt", ...LAB, "--estate", "vendor-module");
    expect(failureIn(stdout)).toBeUndefined();
    expect(code).toBe(0);
    const risks = eventsIn(stdout).flatMap((event) => (event.event === "override.used" ? [event.id] : []));
    expect(risks).toEqual(["deregistration-delay", "database-backups", "former-user-data"]);
    expect(finishedIn(stdout)).toMatchObject({ outcome: "done", from: 610, release: 610, witness: CLEAN });
    expect(stdout.trimEnd().split("\n").at(-1)).toContain('"run.finished"');
    expect(await capacity("tfe-lab")).toEqual([2, 2, 2]);
    const old = await group("example-tfe-asg");
    expect([old.min, old.desired, old.max]).toEqual([0, 0, 0]);
    expect(old.suspended.map(({ process }) => process)).toEqual(
      expect.arrayContaining(["ReplaceUnhealthy", "HealthCheck"]),
    );
    const tags = Object.fromEntries(old.tags.map(({ key, value }) => [key, value]));
    expect(tags["tfe-repave:adopted-by"]).toMatch(/^stack lab run-.* by .*@.* at 2/);
    expect(tags["tfe-repave:before"]).toMatch(/^2\/2\/2 version=Latest release=610 image=ami-/);
  });

  it("moves back to the group as it was found", async () => {
    const { code, stdout } = await folder.npm("adopt", "--back", ...LAB);
    expect(failureIn(stdout)).toBeUndefined();
    expect(code).toBe(0);
    expect(finishedIn(stdout)).toMatchObject({ outcome: "done", release: 610, witness: CLEAN });
    expect(await capacity("tfe-lab")).toEqual([0, 0, 0]);
    const old = await group("example-tfe-asg");
    expect(old).toMatchObject({ min: 2, desired: 2, max: 2, launchTemplateVersion: "$Latest", suspended: [] });
    expect(old.tags.filter(({ key }) => key.startsWith("tfe-repave:"))).toEqual([]);
  });

  it("refuses an upgrade while the nodes are another group's", async () => {
    const { code, stdout } = await folder.npm("upgrade", "--release", "642", ...LAB);
    expect(code).toBe(3);
    expect(failureIn(stdout)).toMatch(/former-group: example-tfe-asg is at 2\/2\/2 with i-/);
  });
});
