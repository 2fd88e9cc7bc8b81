import { DEFAULTS } from "../../../lab/region/defaults";
import { createRegion } from "../../../lab/region/region";
import { RELEASES } from "../../../orchestration/domain/release";
import { snapshotName } from "../../../orchestration/upgrade/steps/backup";

const take = (snapshotId: string) => createRegion().createDbSnapshot({ snapshotId, instanceId: DEFAULTS.databaseId });

describe("names of database snapshots", () => {
  it.each(["a", "tfe-20261127", "Tfe-Prod-1"])("%s is taken", (name) => {
    expect(take(name).id).toBe(name);
  });

  it.each(["", "1tfe", "tfe-", "tfe--prod", "tfe_prod", "tfe.prod", "-tfe", "a".repeat(256)])(
    "%j is refused as RDS refuses it",
    (name) => {
      expect(() => take(name)).toThrow(
        expect.objectContaining({
          code: "InvalidParameterValue",
          message: expect.stringContaining("Identifiers must begin with a letter") as string,
        }) as Error,
      );
    },
  );

  it("those of a run's own snapshots are taken, for every release", () => {
    for (const release of RELEASES)
      expect(take(snapshotName("run-20261127-020000-642", release)).id).toContain("before");
  });
});
