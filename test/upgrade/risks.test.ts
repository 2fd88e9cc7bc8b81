import { MIGRATION_MAY_RUN } from "../../orchestration/fleet/rebuild";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";

/** The first new node never gets healthy; its application is started, or hangs before that. */
async function heldAtTheGate(hangs: boolean): Promise<World> {
  const world = new World();
  world.once("one.launched", () => {
    world.group.sicken("i-3");
    if (hangs) world.tfe.unreachable.add("i-3");
  });
  expect((await attempt(world)).outcome).toBe("halted");
  expect(world.of("run.failed").at(-1)).toMatchObject({ code: "GATE_TIMEOUT" });
  return world;
}

describe("a check that the operator accepts by name", () => {
  const because = "the disk grows tomorrow";

  test("is no reason to stop, and stands in the journal with its reason", async () => {
    const world = new World();
    world.tfe.diskFreeBytes = 1024 ** 3;
    expect((await attempt(world, {}, { overrides: [{ id: "disk", because }] })).outcome).toBe("done");
    expect(world.told).toContain("✓ accepted: i-1: 1 GiB free; i-2: 1 GiB free");
    const [run] = await world.store.list();
    const journal = await world.store.journal(run?.runId ?? "");
    expect(journal.filter((entry) => entry.event === "override.used")).toMatchObject([{ id: "disk", because }]);
    expect([...world.store.files.values()].join("\n")).toContain(because);
  });

  test("is not mentioned when it holds", async () => {
    const world = new World();
    await attempt(world, {}, { overrides: [{ id: "disk", because }] });
    expect(world.of("override.used")).toEqual([]);
  });

  test("does not excuse any other", async () => {
    const world = new World();
    world.tfe.diskFreeBytes = 1024 ** 3;
    world.group.sicken("i-2");
    expect((await attempt(world, {}, { overrides: [{ id: "disk", because }] })).outcome).toBe("blocked");
    expect(
      world
        .of("check.made")
        .filter(({ ok }) => !ok)
        .map(({ id }) => id),
    ).toEqual(["healthy"]);
  });

  it.each(["one-release", "capacity", "work-visible", "pending-operations", "stack-diff", "pinned"])(
    "cannot be %s: it guards against two releases at once, or lost work",
    async (id) => {
      const world = new World();
      world.stack.pending = ["updating group"];
      world.group.machine("i-2").killedAt = 0;
      world.tfe.unreachable.add("i-1");
      world.stack.alsoChanges = [{ type: "aws:rds/instance:Instance", name: "db", op: "delete", properties: [] }];
      expect((await attempt(world, {}, { overrides: [{ id, because }] })).outcome).toBe("blocked");
      expect(world.of("override.used")).toEqual([]);
    },
  );
});

describe("a node that does not come up", () => {
  test("is replaced on request when its application is started: it is drained first, and the other one gated", async () => {
    const world = await heldAtTheGate(false);
    expect((await attempt(world, {}, { rebuildNode: true })).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    const from = world.acts.indexOf("drain i-3");
    expect(world.acts.slice(from, from + 4)).toEqual([
      "drain i-3",
      "replace i-3",
      "terminate i-3",
      "capacity 2 version 2",
    ]);
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-4", "i-5"]);
  });

  test("is left alone when it may be migrating the database", async () => {
    const world = await heldAtTheGate(true);
    expect((await attempt(world, {}, { rebuildNode: true })).outcome).toBe("halted");
    expect(world.of("run.failed").at(-1)).toMatchObject({
      code: "REBUILD_REFUSED",
      detail: "i-3 may be migrating the database: i-3 does not answer",
    });
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-3"]);
  });

  test("unless the operator takes that risk by name", async () => {
    const world = await heldAtTheGate(true);
    const overrides = [{ id: MIGRATION_MAY_RUN, because: "the console shows a failed disk" }];
    const finished = await attempt(world, {}, { rebuildNode: true, overrides });
    expect(finished.outcome).toBe("done");
    expect(world.of("override.used")).toMatchObject(overrides);
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-4", "i-5"]);
  });

  test("stays when it starts after all, right before it would go; given the same command again it is drained first", async () => {
    const world = await heldAtTheGate(true);
    const asked = {
      rebuildNode: true,
      overrides: [{ id: MIGRATION_MAY_RUN, because: "the console shows a failed disk" }],
    };
    world.once("node.rebuilt", () => world.tfe.unreachable.delete("i-3"));
    expect((await attempt(world, {}, asked)).outcome).toBe("halted");
    expect(world.of("run.failed").at(-1)).toMatchObject({
      code: "WORLD_CHANGED",
      detail: "the application on i-3 has started meanwhile, and may take work",
    });
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-3"]);

    expect((await attempt(world, {}, asked)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.acts).toContain("drain i-3");
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-4", "i-5"]);
  });

  test("is never replaced without being asked for", async () => {
    const world = await heldAtTheGate(false);
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.acts.filter((act) => act.startsWith("replace"))).toEqual([]);
  });

  test("leaves evidence: what it showed when the run halted", async () => {
    const world = await heldAtTheGate(false);
    const [name, text] = [...world.store.files].find(([file]) => /evidence-i-3-\d{8}-\d{6}\.json$/.test(file)) ?? [];
    expect(name).toBeDefined();
    expect(JSON.parse(text ?? "{}")).toMatchObject({
      console: "console of i-3",
      supportBundle: "support-bundles/2026-11-22T02:00:00Z",
      health: { made: true, value: { failed: [{ name: "Redis", detail: "500" }] } },
    });
  });
});

describe("--resume", () => {
  test("goes on with whatever is unfinished", async () => {
    const world = await heldAtTheGate(false);
    world.group.heal("i-3");
    expect((await attempt(world, { resume: true })).outcome).toBe("done");
  });

  test("starts nothing new", async () => {
    const world = new World();
    expect((await attempt(world, { resume: true })).outcome).toBe("blocked");
    expect(world.of("run.failed")).toMatchObject([{ code: "NOTHING_TO_RESUME" }]);
    expect(world.acts).toEqual([]);
  });
});
