import type { RunFinished } from "../../orchestration/domain/events";
import { DEFAULT_POLICY } from "../../orchestration/upgrade/context";
import type { Request } from "../../orchestration/upgrade/planning";
import { USUAL } from "../fakes/machine";
import { anImage, World } from "../fakes/world";
import { attempt, FENCED, hopActs, OPENED } from "../support/attempt";

/** Nothing was touched, and nothing remembers that somebody tried. */
async function expectUntouched(world: World): Promise<void> {
  expect(world.acts).toEqual([]);
  expect(world.group.suspended).toEqual([]);
  expect(await world.store.list()).toEqual([]);
  expect(await world.store.lease()).toBeUndefined();
}

async function refused(world: World, request: Partial<Request> = {}): Promise<RunFinished> {
  const finished = await attempt(world, request);
  expect(finished.outcome).toBe("blocked");
  expect(world.told).toContain("Not started; nothing was changed.");
  expect(world.of("run.failed").at(-1)?.fleet).toBe("unchanged");
  return finished;
}

describe("nothing to do", () => {
  test("when every node is on the release already: nothing is touched, nothing is written", async () => {
    const world = new World({ release: 642 });
    const finished = await attempt(world);
    expect(finished).toMatchObject({ outcome: "nothing-to-do", hops: [], outageSeconds: 0 });
    expect(finished.nodes.map(({ release, healthy }) => ({ release, healthy }))).toEqual([
      { release: 642, healthy: true },
      { release: 642, healthy: true },
    ]);
    await expectUntouched(world);
    expect(world.told).toContain("Nothing to do: every node is on it already.");
  });

  test("a second time after a run", async () => {
    const world = new World();
    await attempt(world);
    const acts = [...world.acts];
    expect((await attempt(world)).outcome).toBe("nothing-to-do");
    expect(world.acts).toEqual(acts);
  });

  test("but a build that is staged and not active is something to do", async () => {
    const world = new World({ release: 642 });
    world.group.templates.push({ release: 642, image: "ami-a" });
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.group.alive().map(({ version }) => version)).toEqual([2, 2]);
  });
});

describe("a release that cannot be reached is refused with the reason", () => {
  it.each([
    {
      from: 642,
      to: 610,
      reason: "610 (v202204-2) is older than 642 (v202207-2), which the fleet runs: there is no downgrade",
    },
    { from: 642, to: 763, reason: "763 (v202404-1) was withdrawn by the vendor" },
    { from: 642, to: 764, reason: "764 (v202404-2) cannot run Active/Active" },
    { from: 642, to: 643, reason: "643 is not a release of Terraform Enterprise" },
  ])("$from -> $to", async ({ from, to, reason }) => {
    const world = new World({ release: from });
    await refused(world, { release: to });
    expect(world.of("run.failed")).toMatchObject([{ code: "PATH_ILLEGAL" }]);
    expect(world.told).toContain(reason);
    await expectUntouched(world);
  });
});

describe("preflight", () => {
  test("tells all failures at once and changes nothing", async () => {
    const world = new World();
    world.group.sicken("i-2");
    world.stack.pending = ["updating group fleet"];
    world.group.suspend(["AZRebalance"]);
    world.tfe.settings.set("i-2", { capacity_concurrency: "20" });
    world.tfe.diskFreeBytes = 2 * 1024 ** 3;
    world.tfe.licenceEnds = world.clock.now() + 3600_000;
    world.group.templates.push({ release: 642, image: "ami-a" });
    const finished = await attempt(world, { image: "no-image" });
    expect(finished.outcome).toBe("blocked");
    const failed = world.of("check.made").filter((made) => !made.ok);
    expect(failed.map(({ id, observed }) => `${id}: ${observed}`)).toEqual([
      "pending-operations: updating group fleet",
      "fence-free: AZRebalance",
      "healthy: i-2: target healthy at the load balancer: unhealthy",
      "licence: i-1: the licence ends 2026-11-22T03:00:00.000Z; i-2: the licence ends 2026-11-22T03:00:00.000Z",
      "disk: i-1: 2 GiB free; i-2: 2 GiB free",
      "app-config: the nodes differ in capacity_concurrency; changed since the node was built, and not in the stack: capacity_concurrency on i-2",
      "image: no-image does not exist",
    ]);
    for (const { remedy } of failed) expect(remedy).toMatch(/\.$/);
    const naming = failed.filter(({ id, remedy }) => remedy?.includes(`--accept ${id} --because`));
    expect(naming.map(({ id }) => id)).toEqual(["fence-free", "healthy", "licence", "disk", "app-config"]);
    const [failure] = world.of("run.failed");
    expect(failure).toMatchObject({ step: "preflight", code: "PREFLIGHT_FAILED", fleet: "unchanged" });
    expect(failure?.detail.split("; ").length).toBeGreaterThanOrEqual(7);
    expect(world.acts).toEqual([]);
    expect(world.group.suspended).toEqual(["AZRebalance"]);
    expect(await world.store.list()).toEqual([]);
  });

  it.each<{ why: string; id: string; says: string; arrange: (world: World) => void }>([
    {
      why: "a node does not answer",
      id: "work-visible",
      says: "could not be checked: i-2 does not answer",
      arrange: (world) => world.tfe.unreachable.add("i-2"),
    },
    {
      why: "somebody edited the stack's program",
      id: "stack-diff",
      says: 'replace of aws:lb/targetGroup:TargetGroup "web"',
      arrange: (world) => {
        world.stack.alsoChanges = [
          { urn: "u", type: "aws:lb/targetGroup:TargetGroup", name: "web", op: "replace", properties: ["port"] },
        ];
      },
    },
    {
      why: "a node is missing",
      id: "capacity",
      says: "1 nodes, capacity 2, the stack says 2",
      arrange: (world) => {
        world.group.machine("i-2").killedAt = 0;
      },
    },
    {
      why: "the group launches whatever is newest",
      id: "pinned",
      says: "the group launches $Latest",
      arrange: (world) => {
        world.group.unpinned = true;
      },
    },
    {
      why: "an instance refresh is under way",
      id: "instance-refresh",
      says: "one is in progress",
      arrange: (world) => {
        world.group.refreshing = true;
      },
    },
    {
      why: "Launch is suspended, as Auto Scaling itself does after a day of failures",
      id: "fence-free",
      says: "Launch",
      arrange: (world) => world.group.suspend(["Launch"]),
    },
  ])("refuses when $why", async ({ id, says, arrange }) => {
    const world = new World();
    arrange(world);
    await refused(world);
    expect(world.of("check.made").find((made) => made.id === id)).toMatchObject({ ok: false, observed: says });
    expect(world.acts).toEqual([]);
  });

  it.each<{ why: string; id: string; says: string; arrange: (world: World) => void }>([
    {
      why: "the image is for other processors",
      id: "image-architecture",
      says: "ami-a is arm64, m5.xlarge takes x86_64",
      arrange: (world) => (world.images = [anImage("ami-a", "2026-10-01", "arm64")]),
    },
    {
      why: "the region does not know the instance type",
      id: "image-architecture",
      says: "could not be checked: the region does not know the instance type m5.xlarge",
      arrange: ({ supply }) => (supply.type = undefined),
    },
    {
      why: "a zone does not offer the instance type",
      id: "instance-type",
      says: "m5.xlarge is not offered in eu-west-1d",
      arrange: ({ supply }) => (supply.group = { instanceType: "m5.xlarge", zones: ["eu-west-1a", "eu-west-1d"] }),
    },
    {
      why: "others leave the nodes no room in the quota",
      id: "vcpu-quota",
      says: "2 nodes need 8, others use 57 of 64",
      arrange: ({ supply }) => (supply.quota = { limit: 64, usedByOthers: 57 }),
    },
    {
      why: "nobody here knows which quota counts",
      id: "vcpu-quota",
      says: "which quota m5.xlarge counts against is not known here: look at Service Quotas",
      arrange: ({ supply }) => (supply.quota = undefined),
    },
    {
      why: "the load balancer keeps to its zones",
      id: "cross-zone",
      says: "nlb does not balance across zones",
      arrange: ({ supply }) => (supply.balancing = { loadBalancers: ["nlb"], crossZone: false }),
    },
    {
      why: "no load balancer leads to the nodes",
      id: "cross-zone",
      says: "no load balancer forwards to the target group",
      arrange: ({ supply }) => (supply.balancing = { loadBalancers: [], crossZone: true }),
    },
  ])("refuses when $why", async ({ id, says, arrange }) => {
    const world = new World();
    arrange(world);
    await refused(world);
    expect(world.of("check.made").find((made) => made.id === id)).toMatchObject({ ok: false, observed: says });
    await expectUntouched(world);
  });

  test("a quota that the nodes just fill is enough, and is shown", async () => {
    const world = new World();
    world.supply.quota = { limit: 64, usedByOthers: 56 };
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.told).toContain("✓ vCPUs: 2 nodes need 8, others use 56 of 64");
  });

  test("refuses a slow deregistration, unless the operator accepts that outage by name", async () => {
    const world = new World({ timings: { ...USUAL, deregister: 300_000 } });
    await refused(world);
    expect(world.told).toContain("✗ deregistration-delay: it waits 300 s, and that is outage");
    const overrides = [{ id: "deregistration-delay", because: "nobody works tonight" }];
    expect((await attempt(world, {}, { overrides })).outcome).toBe("done");
  });

  describe("of the data", () => {
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
        says: "tfe-db does not say which version it is",
        arrange: (world) => (world.engineVersion = undefined),
      },
      {
        why: "the bucket forgets what is overwritten",
        to: 642,
        id: "object-versions",
        says: "tfe-data keeps only the newest",
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
      const held = world.of("check.made").filter(({ observed }) => observed.startsWith("not looked at"));
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
    expect(world.told).toContain("✗ database-backups: tfe-db has automatic backups switched off");
    await expectUntouched(world);
  });

  test("names keys that differ and never their values", async () => {
    const world = new World();
    world.tfe.settings.set("i-1", { capacity_concurrency: "10", redis_pass: "hunter2" });
    await refused(world);
    expect(world.told).toContain("the nodes differ in redis_pass");
    expect(JSON.stringify(world.events)).not.toContain("hunter2");
  });

  test.each<{ why: string; kept: Record<string, string>; outcome: string }>([
    { why: "a setting that was changed on every node and that the stack does not know", kept: {}, outcome: "blocked" },
    { why: "one for which the stack has another value", kept: { capacity_memory: "2048" }, outcome: "blocked" },
    { why: "one that the stack has as it is", kept: { capacity_memory: "1024" }, outcome: "done" },
  ])("$why: $outcome", async ({ kept, outcome }) => {
    const world = new World();
    for (const id of ["i-1", "i-2"])
      world.tfe.settings.set(id, { capacity_concurrency: "10", capacity_memory: "1024" });
    world.stack.settings = { capacity_concurrency: "10", ...kept };
    expect((await attempt(world)).outcome).toBe(outcome);
    const made = world.of("check.made").find(({ id }) => id === "app-config");
    expect(made?.observed).toBe(
      outcome === "done"
        ? "no setting was changed that the new build would lose"
        : "changed since the node was built, and not in the stack: capacity_memory on i-1, capacity_memory on i-2",
    );
  });

  test("takes a value that only the stack's file has for a change that is wanted", async () => {
    const world = new World();
    world.stack.settings = { capacity_concurrency: "30" };
    expect((await attempt(world)).outcome).toBe("done");
  });

  test("passes once what it found is mended, by the same command", async () => {
    const world = new World();
    world.group.sicken("i-2");
    await refused(world);
    world.group.heal("i-2");
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.acts).toEqual([FENCED, ...hopActs(1, ["i-1", "i-2"]), "capacity 2 version 2", OPENED]);
  });
});

describe("the operator", () => {
  test("who says no changes nothing", async () => {
    const world = new World();
    const finished = await attempt(world, {}, { says: () => Promise.resolve(false) });
    expect(finished.outcome).toBe("declined");
    await expectUntouched(world);
    expect(world.told).toContain("Not started, as you said.");
  });

  test("is shown the plan before being asked", async () => {
    const world = new World();
    let shown = 0;
    await attempt(world, {}, { says: () => Promise.resolve((shown = world.of("plan.made").length) === 0) });
    expect(shown).toBe(1);
  });
});
