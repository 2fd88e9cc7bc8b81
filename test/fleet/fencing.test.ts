import { FENCE } from "../../orchestration/adapters/aws/fence";
import { World } from "../fakes/world";
import { attempt, FENCED, OPENED } from "../support/attempt";

describe("the fence stands from before the first drain to the end", () => {
  test("nothing is drained, scaled or launched outside it", async () => {
    const world = new World();
    await attempt(world);
    expect(world.acts[0]).toBe(FENCED);
    expect(world.acts.at(-1)).toBe(OPENED);
  });

  test("what was found is written down before it is changed", async () => {
    const world = new World();
    let suspendedWhenTold: readonly string[] | undefined;
    world.once("fence.found", () => (suspendedWhenTold = [...world.group.suspended]));
    await attempt(world);
    expect(suspendedWhenTold).toEqual([]);
  });

  test("a node that dies in it is not replaced beside the new release", async () => {
    const world = new World();
    world.once(
      "drain.proven",
      () => world.group.kill("i-1"),
      ({ instanceId }) => instanceId === "i-2",
    );
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.group.machines).toHaveLength(4);
  });
});

describe("a process that was suspended before the run", () => {
  /** Between preflight, which would refuse it, and the fence. */
  const withSuspended = (...processes: string[]): World => {
    const world = new World();
    world.once(
      "step.finished",
      () => world.group.suspend(processes),
      ({ step }) => step === "claim",
    );
    return world;
  };

  test("stays suspended afterwards, and nothing else does", async () => {
    const world = withSuspended("AZRebalance");
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.group.suspended).toEqual(["AZRebalance"]);
    expect(world.told).toContain("already suspended: AZRebalance");
    expect(world.acts.at(-1)).toBe(`resume ${FENCE.filter((process) => process !== "AZRebalance").join(" ")}`);
  });

  test("stays suspended when the run is put back", async () => {
    const world = withSuspended("AZRebalance", "ScheduledActions");
    world.once(
      "step.started",
      () => (world.stack.fails = { when: "before", until: "mended" }),
      ({ step }) => step === "stage",
    );
    expect((await attempt(world)).outcome).toBe("failed");
    expect(world.group.suspended).toEqual(["AZRebalance", "ScheduledActions"]);
  });

  test("is remembered over a death: the one that goes on sees its own fence and knows what it found first", async () => {
    const world = withSuspended("AZRebalance");
    world.group.machine("i-2").stuck = true;
    expect((await attempt(world)).outcome).toBe("halted");
    world.group.machine("i-2").stuck = false;
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.group.suspended).toEqual(["AZRebalance"]);
  });
});

describe("somebody resumes the processes during the run", () => {
  const warning = `someone resumed ${FENCE.join(", ")} during the run; suspended again`;
  const open = (world: World) => (): void => world.group.resume(FENCE, "somebody");

  it.each(["drain.started", "drain.proven", "one.asked", "gate.passed"] as const)(
    "at %s: they are suspended again, with a warning",
    async (moment) => {
      const world = new World();
      world.once(moment, open(world));
      expect((await attempt(world)).outcome).toBe("done");
      expect(world.told).toContain(warning);
      expect(world.acts.filter((act) => act === FENCED)).toHaveLength(2);
      expect(world.group.suspended).toEqual([]);
      expect(world.violations).toEqual([]);
    },
  );

  test("while it was halted: the same command closes the fence before anything else", async () => {
    const world = new World();
    world.group.machine("i-2").stuck = true;
    await attempt(world);
    world.group.machine("i-2").stuck = false;
    open(world)();
    const before = world.acts.length;
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.acts[before]).toBe(FENCED);
  });
});

test("a fence that does not open is not called open", async () => {
  const world = new World();
  const ports = world.ports();
  const deaf = { ...ports, fleet: { ...ports.fleet, unfence: () => Promise.resolve(FENCE) } };
  expect((await attempt(world, {}, { ports: deaf })).outcome).toBe("halted");
  expect(world.of("run.failed")).toMatchObject([
    { step: "verify", code: "VERIFY_FAILED", detail: `still suspended: ${FENCE.join(", ")}` },
  ]);
  expect((await attempt(world)).outcome).toBe("done");
  expect(world.group.suspended).toEqual([]);
});

test("an instance refresh that somebody starts meanwhile halts the run: no fence holds it back", async () => {
  const world = new World();
  world.once("drain.proven", () => (world.group.refreshing = true));
  expect((await attempt(world)).outcome).toBe("halted");
  expect(world.of("run.failed")).toMatchObject([
    { code: "WORLD_CHANGED", detail: "someone started an instance refresh; cancel it first" },
  ]);
  expect(world.acts.filter((act) => act.startsWith("terminate"))).toEqual([]);
});

test("a group that is unpinned just before staging is refused, and put back", async () => {
  const world = new World();
  world.once("fence.found", () => (world.group.unpinned = true));
  expect((await attempt(world)).outcome).toBe("blocked");
  expect(world.told).toContain(
    "the group launches $Latest, not a version number, so a replaced node could be a different build",
  );
  expect(world.group.suspended).toEqual([]);
});
