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

  test("says what it saw, and of which release the table does not know what it wants", async () => {
    const world = new World();
    await attempt(world, {}, { policy });
    expect(world.told).toContain(
      "✓ tfe-db is PostgreSQL 14.15; what 642 (v202207-2) wants is not in the release table",
    );
  });

  test("says that it looked at nothing where the stack names neither database nor bucket", async () => {
    const world = new World();
    await attempt(world);
    const held = world.of("check.made").filter(({ observed }) => observed.startsWith("not checked"));
    expect(held.map(({ id, ok }) => [id, ok])).toEqual([
      ["database-version", true],
      ["database-backups", true],
      ["object-versions", true],
    ]);
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
