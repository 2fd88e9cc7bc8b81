import { DEFAULT_POLICY } from "../../orchestration/run/policy";
import { World } from "../fakes/world";
import { attempt, attemptUntil, FENCED, LEASE_RUNS_OUT_MS, OPENED, takeBack } from "../support/attempt";

const STOPPED = { zeroMeans: "stopped" } as const;

/** The stack's update to zero fails before it has done anything, once the old applications are stopped. */
async function stoppedAndNotAtZero(): Promise<World> {
  const world = new World();
  world.once("zero.stopped", () => (world.stack.fails = { when: "before", until: "mended" }));
  await attempt(world, STOPPED);
  world.stack.fails = undefined;
  expect(world.group.desired).toBe(2);
  await world.clock.sleep(LEASE_RUNS_OUT_MS);
  return world;
}

describe("zero means stopped", () => {
  it("stops every drained node for good, and starts the new release while the old machines are terminated", async () => {
    const world = new World();
    const { outcome } = await attempt(world, { ...STOPPED, prewarm: 1 });
    expect(outcome).toBe("done");
    expect(world.acts).toEqual([
      FENCED,
      "capacity 2 version 1",
      "prepare i-3",
      "drain i-1",
      "drain i-2",
      "retire i-1",
      "retire i-2",
      "capacity 0 version 1",
      "terminate i-1",
      "terminate i-2",
      "attach i-3",
      "tell i-3",
      "capacity 1 version 2",
      "capacity 2 version 2",
      OPENED,
    ]);
    expect(world.violations).toEqual([]);
    expect(world.of("zero.reached")).toMatchObject([{ by: "stopped" }]);
    expect(world.of("override.used")).toMatchObject([{ id: "zero-means-stopped" }]);
    expect(world.told).toContain("Risk: zero means stopped.");
    expect(world.told).not.toContain("every old node is terminated");
  });

  it("leaves deregistration and termination out of the outage", async () => {
    const [plain, stopped] = [new World(), new World()];
    const before = await attempt(plain, { prewarm: 1 });
    const after = await attempt(stopped, { ...STOPPED, prewarm: 1 });
    const { deregister, terminate } = stopped.group.timings;
    expect(after.outageParts).toMatchObject({ deregistration: 0 });
    expect(after.outageSeconds).toBeLessThan((before.outageSeconds ?? 0) - (deregister + terminate) / 1000 + 5);
  });

  it("has the group build a node where none is prepared", async () => {
    const world = new World();
    expect((await attempt(world, STOPPED)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.acts.indexOf("capacity 1 version 2")).toBeGreaterThan(world.acts.indexOf("retire i-2"));
  });

  it.each([
    ["does not stop", (world: World): unknown => world.tfe.unstoppable.set("i-2", "a container runs")],
    ["does not answer", (world: World): unknown => world.once("zero.stopping", () => world.tfe.unreachable.add("i-2"))],
  ])("waits until every node is terminated where one %s", async (_, happens) => {
    const world = new World();
    happens(world);
    expect((await attempt(world, { ...STOPPED, prewarm: 1 })).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.of("zero.reached")[0]?.by).toBeUndefined();
    expect(world.told).toMatch(
      /i-2 \(running, release 610\) is not proven stopped \(.+\); the outage lasts until it is/,
    );
  });

  it("is what the stack says, and what the command line says instead", async () => {
    const policy = { ...DEFAULT_POLICY, zero: { ...DEFAULT_POLICY.zero, means: "stopped" as const } };
    const [asked, not] = [new World(), new World()];
    await attempt(asked, {}, { policy });
    expect(asked.acts).toContain("retire i-1");
    await attempt(not, { zeroMeans: "terminated" }, { policy });
    expect(not.acts).not.toContain("retire i-1");
  });

  it("counts the silence of a release from when the last application was proven stopped", async () => {
    const world = new World({ release: "1.2.2" });
    world.group.silenceMs = () => 30_000;
    expect((await attempt(world, { ...STOPPED, release: "2.0.5", prewarm: 1 })).outcome).toBe("done");
    expect(world.violations).toEqual([]);
  });

  it("lets no node count as stopped that the group does not terminate", async () => {
    const world = await stoppedAndNotAtZero();
    const { acts } = world;
    expect(acts.filter((act) => act.startsWith("tell") || act === "capacity 1 version 2")).toEqual([]);
  });

  it("goes on where it stopped, without a drain of what is stopped already", async () => {
    const world = await stoppedAndNotAtZero();
    const drains = world.acts.filter((act) => act.startsWith("drain")).length;
    expect((await attempt(world, { resume: true })).outcome).toBe("done");
    expect(world.acts.filter((act) => act.startsWith("drain"))).toHaveLength(drains);
    expect(world.violations).toEqual([]);
  });

  it("drains a node again that somebody has started meanwhile", async () => {
    const world = await stoppedAndNotAtZero();
    await world.tfe.startApp({ instanceId: "i-1", privateIp: "10.0.1.1" });
    world.tfe.restart("i-1");
    const drains = world.acts.filter((act) => act === "drain i-1").length;
    expect((await attempt(world, { resume: true })).outcome).toBe("done");
    expect(world.acts.filter((act) => act === "drain i-1").length).toBeGreaterThan(drains);
    expect(world.violations).toEqual([]);
  });

  it("takes no earlier proof for a node that somebody has started, and that now does not stop", async () => {
    const world = await stoppedAndNotAtZero();
    await world.tfe.startApp({ instanceId: "i-1", privateIp: "10.0.1.1" });
    world.tfe.unstoppable.set("i-1", "a container runs");
    expect((await attempt(world, { resume: true })).outcome).toBe("done");
    expect(world.of("zero.reached")[0]?.by).toBeUndefined();
    expect(world.violations).toEqual([]);
  });

  it("is taken back: the application is started on every node that is still there", async () => {
    const world = await stoppedAndNotAtZero();
    expect((await takeBack(world)).outcome).toBe("aborted");
    expect(world.acts).toEqual(expect.arrayContaining(["start i-1", "start i-2"]));
    expect(world.violations).toEqual([]);
  });

  it("is interrupted at any of its moments, and resumed", async () => {
    for (const moment of ["zero.stopping", "zero.stopped", "zero.reached", "one.asked"] as const) {
      const world = new World();
      await attemptUntil(world, moment, { ...STOPPED, prewarm: 1 });
      await world.clock.sleep(LEASE_RUNS_OUT_MS);
      const { outcome } = await attempt(world, { resume: true });
      expect([moment, outcome, world.violations]).toEqual([moment, "done", []]);
    }
  });
});
