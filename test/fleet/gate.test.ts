import { World } from "../fakes/world";
import { attempt } from "../support/attempt";

const terminated = (world: World): readonly string[] => world.acts.filter((act) => act.startsWith("terminate"));

/** The node that is built falls ill as soon as it is launched. */
function withSickNode(id: string): World {
  const world = new World();
  const fall = (): void => {
    if (world.group.machines.some((machine) => machine.id === id)) world.group.sicken(id);
    else world.after(1000, fall);
  };
  world.once("one.asked", fall);
  return world;
}

test("a node that its group takes for unhealthy passes no gate", async () => {
  const world = new World();
  world.once("one.launched", ({ instanceId }) => {
    world.group.machine(instanceId).marked = true;
    world.after(3600_000, () => (world.group.machine(instanceId).marked = false));
  });
  const begin = world.clock.now();
  expect((await attempt(world)).outcome).toBe("done");
  expect(world.clock.now() - begin).toBeGreaterThan(3600_000);
  const reds = world.of("gate.observed").flatMap(({ observations }) => observations.filter(({ held }) => !held));
  expect(reds.map(({ observed }) => observed)).toContain("running, InService, marked unhealthy by its group");
});

describe("the first node", () => {
  test("that never gets healthy is held: the run halts after its patience and terminates nothing", async () => {
    const world = withSickNode("i-3");
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([
      {
        step: "gate",
        code: "GATE_TIMEOUT",
        detail: "i-3: health-check passes: Redis: 500; target healthy at the load balancer: unhealthy",
        fleet: "on hold, with the group's processes suspended",
      },
    ]);
    expect(terminated(world)).toEqual(["terminate i-1", "terminate i-2"]);
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-3"]);
    expect(world.told).toContain("It may be migrating the database, so do not terminate it");
  });

  test("that got healthy in the end passes when the same command is given again", async () => {
    const world = withSickNode("i-3");
    await attempt(world);
    world.group.heal("i-3");
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-3", "i-4"]);
  });

  test("that flaps is counted from the start: greens must come in a row", async () => {
    const world = new World();
    world.once(
      "gate.observed",
      () => world.group.sicken("i-3"),
      ({ greens }) => greens === 2,
    );
    world.once(
      "gate.observed",
      () => world.after(30_000, () => world.group.heal("i-3")),
      ({ greens }) => greens === 2,
    );
    expect((await attempt(world)).outcome).toBe("done");
    const greens = world
      .of("gate.observed")
      .filter((e) => e.instanceId === "i-3")
      .map((e) => e.greens);
    expect(greens.filter((count, index) => count !== greens[index - 1])).toEqual([0, 1, 2, 0, 1, 2, 3]);
    expect(world.violations).toEqual([]);
  });

  test("passes with three greens, ten seconds apart", async () => {
    const world = new World();
    const green: number[] = [];
    for (const count of [1, 2, 3]) {
      world.once(
        "gate.observed",
        () => green.push(world.clock.now()),
        (e) => e.greens === count,
      );
    }
    await attempt(world);
    expect(green.map((at) => at - (green[0] ?? 0))).toEqual([0, 10_000, 20_000]);
  });

  test("that runs another release than it was built for is refused at once, and held", async () => {
    const world = new World();
    world.once("one.launched", () => (world.tfe.claims = 641));
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([
      {
        step: "gate",
        code: "WRONG_RELEASE",
        detail: "i-3 was built for 642 (v202207-2) and runs 641 (v202207-1)",
      },
    ]);
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-3"]);
  });

  test("that somebody terminates is missed at once, and the same command builds another", async () => {
    const world = new World();
    world.once("gate.observed", () => world.group.kill("i-3"));
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([{ step: "gate", code: "WORLD_CHANGED" }]);
    await world.clock.sleep(3600_000);
    const finished = await attempt(world);
    expect(finished.outcome).toBe("done");
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-4", "i-5"]);
    expect(world.violations).toEqual([]);
  });
});

describe("the second node", () => {
  test("that fails leaves one node serving; the run halts, and goes on when it is well", async () => {
    const world = withSickNode("i-4");
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([{ step: "scaleOut", code: "GATE_TIMEOUT" }]);
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-3", "i-4"]);
    expect(world.secondsDown(world.clock.now() - 600_000)).toBe(0);
    world.group.heal("i-4");
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
  });

  test("that somebody terminates is replaced when the same command is given again", async () => {
    const world = new World();
    world.once(
      "gate.observed",
      () => world.group.kill("i-4"),
      ({ instanceId }) => instanceId === "i-4",
    );
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([{ step: "scaleOut", code: "WORLD_CHANGED" }]);
    await world.clock.sleep(3600_000);
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.told).toContain("i-4 was terminated by someone else; the group replaces it");
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-3", "i-5"]);
    expect(world.violations).toEqual([]);
  });

  test("is not thought of before the first has passed", async () => {
    const world = withSickNode("i-3");
    await attempt(world);
    expect(world.group.machines).toHaveLength(3);
  });
});

test("a group that launches nothing halts the run, which says where to look", async () => {
  const world = new World();
  const ports = world.ports();
  // No capacity in the zone: the update is applied, and no instance comes.
  world.once("one.asked", () => (world.group.launches = false));
  expect((await attempt(world, {}, { ports })).outcome).toBe("halted");
  expect(world.of("run.failed")).toMatchObject([{ step: "scaleToOne", code: "LAUNCH_TIMEOUT" }]);
  expect(world.told).toContain("Check the group's scaling activities");
  world.group.launches = true;
  expect((await attempt(world)).outcome).toBe("done");
  expect(world.violations).toEqual([]);
});

describe("at the end", () => {
  test("success is said only of what is seen: a node that fell ill meanwhile is a failure", async () => {
    const world = new World();
    world.once(
      "step.finished",
      () => world.group.sicken("i-3"),
      ({ step }) => step === "scaleOut",
    );
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([
      {
        step: "verify",
        code: "VERIFY_FAILED",
        detail: "i-3: health-check passes: Redis: 500, target healthy at the load balancer: unhealthy",
      },
    ]);
    expect(world.group.suspended).toHaveLength(6);
  });

  test("so is a stack that would still change", async () => {
    const world = new World();
    const rule = {
      type: "aws:ec2/securityGroup:SecurityGroup",
      name: "nodes",
      op: "create",
      properties: [],
    } as const;
    world.once(
      "step.finished",
      () => (world.stack.alsoChanges = [rule]),
      ({ step }) => step === "scaleOut",
    );
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.told).toContain('the stack would still change: create of aws:ec2/securityGroup:SecurityGroup "nodes"');
  });

  it.each<{ what: string; does: (world: World) => void; says: string[] }>([
    {
      what: "a node too many",
      does: (world) => world.group.scale(3, "somebody"),
      says: ["3 nodes instead of 2", "3 nodes of the new build instead of 2", "capacity 3/3/3 instead of 2"],
    },
    {
      what: "a node of the old build",
      does: (world) => {
        world.group.templates.push({ release: 642, image: "ami-old" });
        world.group.pinned = 3;
        world.group.scale(3, "somebody");
      },
      says: ["3 nodes instead of 2", "the group is pinned to version 3"],
    },
    {
      what: "a node that is gone",
      does: (world) => {
        world.group.machine("i-4").killedAt = 0;
      },
      says: ["1 nodes instead of 2"],
    },
  ])("so is $what", async ({ does, says }) => {
    const world = new World();
    world.once(
      "step.finished",
      () => does(world),
      ({ step }) => step === "scaleOut",
    );
    expect((await attempt(world)).outcome).toBe("halted");
    const [failure] = world.of("run.failed");
    expect(failure).toMatchObject({ step: "verify", code: "VERIFY_FAILED" });
    for (const sentence of says) expect(failure?.detail).toContain(sentence);
    expect(world.group.suspended).toHaveLength(6);
  });
});
