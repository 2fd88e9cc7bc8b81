import { EXIT_CODES } from "../../orchestration/commands/parts/exitCodes";
import { RepaveError } from "../../orchestration/domain/errors";
import { DEFAULT_POLICY } from "../../orchestration/run/policy";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";

/** Gives up a drain within minutes instead of the day that the longest apply may take. */
const policy = { ...DEFAULT_POLICY, drain: { ...DEFAULT_POLICY.drain, timeoutMs: 10 * 60_000 }, blindMs: 60_000 };

const terminations = (world: World): readonly string[] => world.acts.filter((act) => act.startsWith("terminate"));

describe("a node that cannot be reached", () => {
  test("during its drain is never terminated, however long it is asked", async () => {
    const world = new World();
    world.once(
      "drain.started",
      () => world.tfe.unreachable.add("i-2"),
      ({ instanceId }) => instanceId === "i-2",
    );
    const finished = await attempt(world, {}, { policy });
    expect(finished.outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([
      { step: "drain", code: "NODE_UNREACHABLE", detail: "i-2 does not answer" },
    ]);
    expect(terminations(world)).toEqual([]);
    expect(world.told).toContain("A node that cannot be checked does not count as drained, so it is not terminated.");
  });

  test("after its drain is not terminated either: the last look before zero could not be taken", async () => {
    const world = new World();
    world.once(
      "drain.proven",
      () => world.tfe.unreachable.add("i-2"),
      ({ instanceId }) => instanceId === "i-2",
    );
    expect((await attempt(world, {}, { policy })).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([{ step: "scaleToZero", code: "NODE_UNREACHABLE" }]);
    expect(terminations(world)).toEqual([]);
  });

  test("for a moment only is waited for, and its proof starts anew", async () => {
    const world = new World();
    world.once("drain.started", () => {
      world.after(20_000, () => world.tfe.unreachable.add("i-1"));
      world.after(50_000, () => world.tfe.unreachable.delete("i-1"));
    });
    expect((await attempt(world, {}, { policy })).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.told).toContain("i-1: cannot be checked: i-1 does not answer");
  });
});

describe("a drain that returns early", () => {
  test("is not believed: the node goes when its work is seen to be over", async () => {
    const world = new World();
    world.tfe.drainsEarly = true;
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.told).toContain("i-1: jobs left: 1, drain command has ended");
  });
});

describe("a drain that never ends", () => {
  const stuckInDrain = async (): Promise<World> => {
    const world = new World();
    world.tfe.busy.add("i-2");
    const finished = await attempt(world, {}, { policy });
    expect(finished.outcome).toBe("halted");
    return world;
  };

  test("halts with the fence kept, nothing terminated, and exit code 4", async () => {
    const world = await stuckInDrain();
    expect(EXIT_CODES.halted).toBe(4);
    expect(world.of("run.failed")).toMatchObject([
      {
        step: "drain",
        code: "DRAIN_TIMEOUT",
        detail: "i-2 still has jobs running (1)",
        fleet: "on hold, with the group's processes suspended",
      },
    ]);
    expect(terminations(world)).toEqual([]);
    expect(world.group.suspended).toHaveLength(6);
    expect(world.told).toContain("Halted. The fleet is on hold.");
  });

  test("leaves the service up, and its lease to whoever goes on", async () => {
    const world = await stuckInDrain();
    expect(world.secondsDown(world.clock.now() - 600_000)).toBe(0);
    const lease = await world.store.lease();
    expect(lease?.expiresAt).toBeLessThanOrEqual(world.clock.now());
  });

  test("is gone on with by the same command when the work is over", async () => {
    const world = await stuckInDrain();
    await world.clock.sleep(3600_000);
    world.tfe.busy.clear();
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.of("run.resumed")).toHaveLength(1);
    expect(world.group.suspended).toEqual([]);
  });
});

describe("a proof of drain", () => {
  test("does not outlive new work: what is in work at the last look is not terminated", async () => {
    const world = new World();
    world.once(
      "drain.proven",
      () => world.tfe.busy.add("i-1"),
      ({ instanceId }) => instanceId === "i-2",
    );
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([
      { step: "scaleToZero", code: "NOT_DRAINED", detail: "i-1 (running, release 610) still has jobs running (1)" },
    ]);
    expect(terminations(world)).toEqual([]);
  });

  test("does not outlive its process: a node restarted meanwhile, which takes work again, is drained again", async () => {
    const world = new World();
    world.tfe.busy.add("i-2");
    await attempt(world, {}, { policy });
    world.tfe.busy.clear();
    world.tfe.restart("i-1");
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.acts.filter((act) => act === "drain i-1")).toHaveLength(2);
  });

  test("does not outlive the drain of the others by hours: a node restarted meanwhile is drained again before zero", async () => {
    const world = new World();
    world.once("drain.proven", () => {
      world.tfe.busy.add("i-2");
      world.after(3600_000, () => world.tfe.restart("i-1"));
      world.after(3 * 3600_000, () => world.tfe.busy.clear());
    });
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.acts.filter((act) => act.startsWith("drain"))).toEqual(["drain i-1", "drain i-2", "drain i-1"]);
  });

  test("needs the command to have ended well", async () => {
    const world = new World();
    world.tfe.activeWork = () => Promise.resolve(0);
    world.tfe.drain = () => Promise.reject(new RepaveError("NODE_COMMAND_FAILED", "i-1: unknown command node-drain"));
    expect((await attempt(world, {}, { policy })).outcome).toBe("halted");
    expect(world.told).toContain("unknown command node-drain");
    expect(terminations(world)).toEqual([]);
  });
});

test("a node that somebody else terminates during its drain leaves nothing to drain: the run says so and goes on", async () => {
  const world = new World();
  world.once("drain.started", () => world.group.kill("i-1"));
  expect((await attempt(world)).outcome).toBe("done");
  expect(world.told).toContain("i-1 was terminated by someone else; its jobs may be lost");
  expect(world.violations).toEqual([]);
});
