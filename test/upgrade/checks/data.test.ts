import { DEFAULT_POLICY } from "../../../orchestration/run/policy";
import { World } from "../../fakes/world";
import { attempt } from "../../support/attempt";
import { expectUntouched } from "../../support/refusal";

describe("the checks of the data", () => {
  const policy = {
    ...DEFAULT_POLICY,
    backup: { ...DEFAULT_POLICY.backup, databaseId: "tfe-db", bucket: "tfe-data" },
  };

  it.each<{ why: string; to: number; id: string; says: string; arrange: (world: World) => void }>([
    {
      why: "a release on the way does not run on the database",
      to: 722,
      id: "database-version",
      says: "tfe-db is PostgreSQL 11.9; 722 (v202307-1) wants PostgreSQL 12 to 15, of 14 at least 14.4",
      arrange: (world) => (world.engineVersion = "11.9"),
    },
    {
      why: "the database does not say its version",
      to: 642,
      id: "database-version",
      says: "tfe-db does not report its version",
      arrange: (world) => (world.engineVersion = undefined),
    },
    {
      why: "the bucket forgets what is overwritten",
      to: 642,
      id: "object-versions",
      says: "versioning of tfe-data is off",
      arrange: (world) => (world.keepsVersions = false),
    },
  ])("refuses when $why", async ({ to, id, says, arrange }) => {
    const world = new World();
    arrange(world);
    expect((await attempt(world, { release: to }, { policy })).outcome).toBe("blocked");
    expect(world.of("check.made").find((made) => made.id === id)).toMatchObject({ ok: false, observed: says });
    await expectUntouched(world);
  });

  it.each<{ from: string; to: string; version: string; remedy: RegExp }>([
    { from: "1.1.4", to: "1.2.2", version: "13.4", remedy: /^Upgrade the database to PostgreSQL 14 first\./ },
    { from: "v202401-1", to: "1.2.2", version: "13.4", remedy: /^Upgrade the database to PostgreSQL 14 first\./ },
    { from: "v202503-1", to: "1.0.3", version: "17.1", remedy: /^The database is newer than the release supports/ },
  ])(
    "says when a database of $version is upgraded on the way from $from to $to",
    async ({ from, to, version, remedy }) => {
      const world = new World({ release: from });
      world.engineVersion = version;
      await attempt(world, { release: to }, { policy });
      expect(world.of("check.made").find(({ id }) => id === "database-version")?.remedy).toMatch(remedy);
    },
  );

  test("says what it saw, and of which release the table does not know what it wants", async () => {
    const world = new World();
    await attempt(world, {}, { policy });
    expect(world.told).toContain(
      "– database-version skipped: tfe-db is PostgreSQL 14.15, and the release table does not say what 642 (v202207-2) requires",
    );
  });

  test("skips what it has nothing to look at for, and never shows that as passed", async () => {
    const world = new World();
    await attempt(world);
    const expected = [
      { id: "database-version", ok: true, skipped: true, observed: "set tfe:databaseId" },
      { id: "database-backups", ok: true, skipped: true, observed: "set tfe:databaseId" },
      { id: "object-versions", ok: true, skipped: true, observed: "set tfe:bucket" },
    ];
    const isSkipped = (made: { readonly skipped?: true }): boolean => made.skipped === true;
    expect(world.of("check.made").filter(isSkipped)).toEqual(
      expected.map((made) => ({ event: "check.made", ...made })),
    );
    expect(world.of("checks.made")[0]?.checks.filter(isSkipped)).toEqual(expected);
    expect(world.told).toContain("– database-backups skipped: set tfe:databaseId");
  });
});

test("refuses when the database has no backups, where the stack names one", async () => {
  const policy = { ...DEFAULT_POLICY, backup: { databaseId: "tfe-db", snapshot: false, pollMs: 1 } };
  const world = new World();
  world.retentionDays = 0;
  expect((await attempt(world, {}, { policy })).outcome).toBe("blocked");
  expect(world.told).toContain("✗ database-backups: automatic backups of tfe-db are off");
  await expectUntouched(world);
});
