import { fold } from "../../orchestration/domain/journal";
import { DEFAULT_POLICY } from "../../orchestration/run/policy";
import { World } from "../fakes/world";
import { attempt, FENCED, hopActs, OPENED } from "../support/attempt";

describe("one release onward", () => {
  test("a fleet of two is drained, scaled to zero, built at one on the new release, gated, scaled to two", async () => {
    const world = new World();
    const finished = await attempt(world);
    expect(world.of("run.failed")).toEqual([]);
    expect(world.violations).toEqual([]);
    expect(world.acts).toEqual([FENCED, ...hopActs(1, ["i-1", "i-2"]), "capacity 2 version 2", OPENED]);
    expect(finished).toMatchObject({
      outcome: "done",
      from: "v202204-2",
      release: "v202207-2",
      hops: ["v202207-2"],
      nodes: [
        { instanceId: "i-3", release: "v202207-2", healthy: true },
        { instanceId: "i-4", release: "v202207-2", healthy: true },
      ],
    });
    expect(world.told).toContain(
      "Done.\n  i-3  release 642 (v202207-2)  healthy\n  i-4  release 642 (v202207-2)  healthy",
    );
  });

  test("everything is left as it was found: no fence, no lease, the new build written down and pinned", async () => {
    const world = new World();
    await attempt(world);
    expect(world.group.suspended).toEqual([]);
    expect(await world.store.lease()).toBeUndefined();
    expect(world.stack.written).toEqual({
      releaseSequence: 642,
      image: "ami-a",
      nodeCount: 2,
      activeTemplateVersion: 2,
    });
    expect(await world.stack.preview({})).toEqual([]);
  });

  test("three nodes come one after the other, each through the gate before the next", async () => {
    const world = new World({ nodes: 3 });
    const finished = await attempt(world);
    expect(finished.outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.acts.slice(-4)).toEqual([
      "capacity 1 version 2",
      "capacity 2 version 2",
      "capacity 3 version 2",
      OPENED,
    ]);
    expect(world.of("gate.passed").map(({ instanceId }) => instanceId)).toEqual(["i-4", "i-5", "i-6"]);
  });

  test("a single node is repaved all the same", async () => {
    const world = new World({ nodes: 1 });
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.acts).toEqual([FENCED, ...hopActs(1, ["i-1"]), OPENED]);
  });

  test("a new image of the same release is the same repave", async () => {
    const world = new World({ release: 642 });
    const finished = await attempt(world, { release: 642, image: "ami-b" });
    expect(finished).toMatchObject({ outcome: "done", from: "v202207-2", release: "v202207-2", hops: ["v202207-2"] });
    expect(world.group.alive().map(({ build }) => build)).toEqual([
      { release: 642, image: "ami-b" },
      { release: 642, image: "ami-b" },
    ]);
    expect(world.told).toMatch(/Patch test: image ami-a → ami-b, release stays 642/);
  });

  test("the last node keeps working until the others are drained", async () => {
    const world = new World({ nodes: 3 });
    await attempt(world);
    const drains = world.of("drain.started").map(({ instanceId }) => instanceId);
    expect(drains).toEqual(["i-1", "i-2", "i-3"]);
    const order = world.events.flatMap((e) =>
      e.event === "drain.started" || e.event === "drain.proven" ? [e.event] : [],
    );
    expect(order).toEqual([
      "drain.started",
      "drain.proven",
      "drain.started",
      "drain.proven",
      "drain.started",
      "drain.proven",
    ]);
  });
});

describe("through a required release", () => {
  test("each hop is drained, scaled to zero, built at one and gated; only the last scales out", async () => {
    const world = new World();
    const finished = await attempt(world, { release: 692 });
    expect(finished).toMatchObject({
      outcome: "done",
      from: "v202204-2",
      release: "v202304-1",
      hops: ["v202207-2", "v202304-1"],
    });
    expect(world.violations).toEqual([]);
    expect(world.acts).toEqual([
      FENCED,
      ...hopActs(1, ["i-1", "i-2"]),
      ...hopActs(2, ["i-3"]),
      "capacity 2 version 3",
      OPENED,
    ]);
  });

  test("the plan says so before anything is done", async () => {
    const world = new World();
    await attempt(world, { release: 692 });
    const [plan] = world.of("plan.made");
    expect(plan?.text.slice(0, 3)).toEqual([
      "Stack test: 610 (v202204-2) → 642 (v202207-2) → 692 (v202304-1)",
      "Image ami-a (unchanged)",
      "2 repaves, each with an outage of about one node build; 2 nodes at the end.",
    ]);
    expect(plan?.text).toContain(
      "  scale to zero  scale to zero and wait until nothing of the old build runs (2 times) — outage starts",
    );
    expect(plan?.text).toContain("  note on 642 (v202207-2): data migration of 1 to 1.5 minutes per 10,000 workspaces");
  });
});

describe("the outage", () => {
  test("is measured from outside, and is what the machines know", async () => {
    const world = new World();
    const begin = world.clock.now();
    const finished = await attempt(world);
    expect(finished.outageSeconds).toBe(world.secondsDown(begin));
    // 10 s of deregistration, 40 s of termination, 300 s until the first node is started, and our own few.
    expect(finished).toMatchObject({
      outageSeconds: 352,
      outageParts: { deregistration: 10, termination: 39.5, overhead: 2, build: 300, firstAnswer: 0.5 },
    });
    expect(finished.nodeBuildSeconds).toBe(300);
    expect(world.told).toContain("outage 5m 52s; the first node took 5m 0s to build (ratio 1.17)");
  });

  test("of two hops is the sum of both", async () => {
    const world = new World();
    const begin = world.clock.now();
    const finished = await attempt(world, { release: 692 });
    expect(finished.outageSeconds).toBe(world.secondsDown(begin));
    expect(world.of("outage.began")).toHaveLength(2);
  });

  test("does not begin before the last node is taken out: drained nodes still answer", async () => {
    const world = new World();
    await attempt(world);
    const kinds = world.events.map((e) => e.event);
    expect(kinds.indexOf("outage.began")).toBeGreaterThan(kinds.lastIndexOf("drain.proven"));
    expect(kinds.indexOf("outage.began")).toBeGreaterThan(kinds.indexOf("zero.asked"));
  });
});

describe("the database", () => {
  const policy = { ...DEFAULT_POLICY, backup: { databaseId: "tfe-db", snapshot: true, pollMs: 10_000 } };

  test("is snapshotted after the drain and before anything is terminated", async () => {
    const world = new World();
    expect((await attempt(world, {}, { policy })).outcome).toBe("done");
    const [taken] = world.of("backup.taken");
    expect(taken?.snapshotId).toMatch(/^run-20261122-020000-642.*-before-642$/);
    const snapshot = `snapshot ${taken?.snapshotId}`;
    expect(world.acts.slice(world.acts.indexOf("drain i-2"), world.acts.indexOf("terminate i-1"))).toEqual([
      "drain i-2",
      snapshot,
      "capacity 0 version 1",
    ]);
    const tags = world.snapshotTags.get(taken?.snapshotId ?? "");
    const [run] = await world.store.list();
    expect(tags).toEqual({ "tfe-repave:run": run?.runId, "tfe-repave:stack": "test" });
  });

  test("is marked for a restore before the nodes go, and once more at zero, when nobody writes any more", async () => {
    const world = new World();
    await attempt(world, {}, { policy });
    const marks = world.of("backup.mark").map(({ pointInTime }) => pointInTime);
    const [zero] = world.of("zero.reached");
    expect(marks).toHaveLength(2);
    expect(marks[1]).toBe(zero?.at);
    expect(marks[0]).toBeLessThan(zero?.lastSeenAlive ?? 0);
    const [run] = await world.store.list();
    expect(fold(await world.store.journal(run?.runId ?? "")).hops[0]?.pointInTime).toBe(zero?.at);
  });

  test("is snapshotted before each hop", async () => {
    const world = new World();
    await attempt(world, { release: 692 }, { policy });
    expect(world.of("backup.taken").map(({ snapshotId }) => snapshotId.replace(/^.*-before/, "before"))).toEqual([
      "before-642",
      "before-692",
    ]);
  });

  test("whose snapshot fails stops the run before a node is terminated; when it can be taken, the same command goes on", async () => {
    const world = new World();
    world.snapshotsBecome = "failed";
    expect((await attempt(world, {}, { policy })).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([{ step: "backup", code: "BACKUP_FAILED" }]);
    expect(world.acts.filter((act) => /terminate|capacity 0/.test(act))).toEqual([]);
    world.snapshotsBecome = "available";
    expect((await attempt(world, {}, { policy })).outcome).toBe("done");
    expect([...world.snapshots.values()]).toEqual(["failed", "available"]);
    expect(world.violations).toEqual([]);
  });

  test("is left alone where only the moment is to be marked", async () => {
    const world = new World();
    await attempt(world, {}, { policy: { ...policy, backup: { ...policy.backup, snapshot: false } } });
    expect(world.acts.filter((act) => act.startsWith("snapshot"))).toEqual([]);
    expect(world.of("backup.mark")).toHaveLength(2);
  });
});

test("no secret is told, journalled or reported: settings of the application are compared and forgotten", async () => {
  const world = new World();
  const settings = { capacity_concurrency: "10", enc_password: "correct-horse", pg_password: "battery-staple" };
  for (const id of ["i-1", "i-2", "i-3", "i-4"]) world.tfe.built.set(id, settings);
  // A drift is told by its key.
  world.tfe.settings.set("i-1", { ...settings, enc_password: "correct-horse-2" });
  world.once("one.launched", () => world.group.sicken("i-3"));
  expect((await attempt(world)).outcome).toBe("blocked");
  expect(world.told).toContain("enc_password");
  const overrides = [{ id: "app-config", because: "it was a trial" }];
  expect((await attempt(world, {}, { overrides })).outcome).toBe("halted");
  world.group.heal("i-3");
  expect((await attempt(world)).outcome).toBe("done");
  const [run] = await world.store.list();
  const kept = [world.events, await world.store.journal(run?.runId ?? ""), [...world.store.files.values()], run];
  expect(world.store.files.size).toBeGreaterThan(0);
  expect(JSON.stringify(kept)).not.toMatch(/correct-horse|battery-staple/);
});
