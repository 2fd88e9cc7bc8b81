import { RepaveError } from "../../orchestration/domain/errors";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";

const launchedAs = (world: World, release: number): readonly string[] =>
  world.group.machines.filter(({ build }) => build.release === release).map(({ id }) => id);

describe("zero is what EC2 says is terminated", () => {
  test("an instance stuck shutting down halts the run, and nothing of the new release is started", async () => {
    const world = new World();
    world.group.machine("i-2").stuck = true;
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([
      { step: "scaleToZero", code: "NOT_ZERO", detail: "i-2 (shutting-down, release 610)" },
    ]);
    expect(launchedAs(world, 642)).toEqual([]);
    expect(world.group.pinned).toBe(1);
    expect(world.told).toContain("The new release must not start beside the old one.");
  });

  test("when it is gone at last, the same command goes on and terminates nothing twice", async () => {
    const world = new World();
    world.group.machine("i-2").stuck = true;
    await attempt(world);
    await world.clock.sleep(3600_000);
    world.group.machine("i-2").stuck = false;
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.acts.filter((act) => act.startsWith("terminate"))).toEqual(["terminate i-1", "terminate i-2"]);
  });

  test("a run that halts in the outage says how long it has lasted", async () => {
    const world = new World();
    world.group.machine("i-2").stuck = true;
    const begin = world.clock.now();
    const finished = await attempt(world);
    expect(finished.outageSeconds).toBe(world.secondsDown(begin));
    expect(finished.outageSeconds).toBeGreaterThan(1700);
    expect(world.told).toContain("no new node has passed the gate");
  });
});

describe("somebody raises the capacity", () => {
  test("while the run holds it at zero: the run halts, and nothing of the new release starts beside the old", async () => {
    const world = new World();
    world.once("zero.leaving", () => world.group.scale(1, "somebody"));
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([
      {
        step: "scaleToZero",
        code: "WORLD_CHANGED",
        detail: "someone set the capacity of tfe-test to 1 while this run kept it at zero",
      },
    ]);
    expect(launchedAs(world, 610)).toEqual(["i-1", "i-2", "i-3"]);
    expect(launchedAs(world, 642)).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  test("and the same command later drains that node as well, and comes to its end", async () => {
    const world = new World();
    world.once("zero.leaving", () => world.group.scale(1, "somebody"));
    await attempt(world);
    await world.clock.sleep(3600_000);
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.acts).toContain("drain i-3");
    expect(world.group.alive().map(({ build }) => build.release)).toEqual([642, 642]);
  });

  test("between zero and the first node: the new release does not start beside the old one", async () => {
    const world = new World();
    world.once("zero.reached", () => world.group.scale(1, "somebody"));
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([{ step: "scaleToOne", code: "NOT_ZERO" }]);
    expect(launchedAs(world, 642)).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  test("a node that somebody protects from scale-in during the drain stops the run before the outage", async () => {
    const world = new World();
    world.once("drain.proven", () => (world.group.machine("i-2").isProtected = true));
    expect((await attempt(world)).outcome).toBe("halted");
    const [failure] = world.of("run.failed");
    expect(failure).toMatchObject({ step: "scaleToZero", code: "WORLD_CHANGED" });
    expect(failure?.detail).toBe(
      "i-2 protected from scale-in: aws autoscaling set-instance-protection --auto-scaling-group-name tfe-test --instance-ids i-2 --no-protected-from-scale-in.",
    );
    expect(world.of("zero.asked")).toEqual([]);
    world.group.machine("i-2").isProtected = false;
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
  });

  test("before zero: a node that was never drained is not terminated", async () => {
    const world = new World();
    world.once(
      "drain.proven",
      () => world.group.scale(3, "somebody"),
      ({ instanceId }) => instanceId === "i-2",
    );
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.acts.filter((act) => act.startsWith("terminate"))).toEqual([]);
    expect(world.violations).toEqual([]);
  });
});

describe("an update of the stack", () => {
  test("that fails for a moment's reason is made again at once: in the outage every minute of a halt counts", async () => {
    const world = new World();
    world.once("zero.asked", () => (world.stack.fails = { when: "before", until: "next" }));
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.told).toContain("the Pulumi update failed; retrying (no answer)");
    expect(world.violations).toEqual([]);
  });

  test("that goes on failing halts the run, and is given again by the same command", async () => {
    const world = new World();
    world.once("zero.asked", () => (world.stack.fails = { when: "before", until: "mended" }));
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([{ step: "scaleToZero", code: "STACK_UPDATE_FAILED" }]);
    world.stack.fails = undefined;
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
  });

  it.each(["stage", "scaleToZero", "scaleToOne", "scaleOut"])(
    "that throws although it was applied (%s) is not done twice, and the same command comes to the same end",
    async (moment) => {
      const world = new World();
      world.once(
        "step.started",
        () => (world.stack.fails = { when: "after", until: "mended" }),
        ({ step }) => step === moment,
      );
      expect((await attempt(world)).outcome).not.toBe("done");
      world.stack.fails = undefined;
      await world.clock.sleep(3600_000);
      expect((await attempt(world)).outcome).toBe("done");
      expect(world.violations).toEqual([]);
      expect(world.group.machines).toHaveLength(4);
      expect(world.group.templates).toHaveLength(2);
    },
  );

  test("that was cut off when it had asked for the last node is made again, so that the stack's state says what there is", async () => {
    const world = new World();
    const cutOff = (): void => {
      world.stack.fails = { when: "after", until: "mended" };
    };
    world.once("step.started", cutOff, ({ step }) => step === "scaleOut");
    expect((await attempt(world)).outcome).toBe("halted");
    world.stack.fails = undefined;
    const before = world.acts.length;
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.acts.slice(before)).toContain("capacity 2 version 2");
    expect(world.group.alive()).toHaveLength(2);
    expect(world.violations).toEqual([]);
  });

  test("that would count a node of another build out is not made: nobody has drained that one", async () => {
    const world = new World();
    world.once("gate.passed", () => {
      world.group.pin(1);
      world.group.scale(3, "somebody");
    });
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([{ step: "scaleOut", code: "WORLD_CHANGED" }]);
    expect(world.violations.filter((violation) => violation.startsWith("no-lost-work"))).toEqual([]);
    expect(world.group.alive()).toHaveLength(3);
  });

  test("that would change more than the new build is not made: nothing is applied, the fence is opened, the lease given back", async () => {
    const world = new World();
    const listener = {
      urn: "u",
      type: "aws:lb/listener:Listener",
      name: "https",
      op: "delete",
      properties: [],
    } as const;
    world.once("fence.found", () => (world.stack.alsoChanges = [listener]));
    const finished = await attempt(world);
    expect(finished.outcome).toBe("blocked");
    expect(world.of("run.failed")).toMatchObject([
      { step: "stage", code: "UNEXPECTED_CHANGES", detail: 'delete of aws:lb/listener:Listener "https"' },
    ]);
    expect(world.acts.map((act) => act.split(" ")[0])).toEqual(["suspend", "resume"]);
    expect(world.group.suspended).toEqual([]);
    expect(await world.store.lease()).toBeUndefined();
    expect(world.stack.written).toMatchObject({ releaseSequence: 610 });
  });

  test("that would change more than the capacity is not made either, and the drained fleet is held", async () => {
    const world = new World();
    const database = {
      urn: "u",
      type: "aws:rds/instance:Instance",
      name: "db",
      op: "replace",
      properties: ["engine"],
    } as const;
    world.once("drain.proven", () => (world.stack.alsoChanges = [database]));
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([
      { step: "scaleToZero", code: "UNEXPECTED_CHANGES", detail: 'replace of aws:rds/instance:Instance "db"' },
    ]);
    expect(world.acts.filter((act) => act.startsWith("terminate"))).toEqual([]);
  });

  const DATABASE = {
    urn: "u",
    type: "aws:rds/instance:Instance",
    name: "db",
    op: "replace",
    properties: ["engine"],
  } as const;

  test("that would change more than the capacity is not made for a further node", async () => {
    const world = new World();
    world.once("gate.passed", () => (world.stack.alsoChanges = [DATABASE]));
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([
      { step: "scaleOut", code: "UNEXPECTED_CHANGES", detail: 'replace of aws:rds/instance:Instance "db"' },
    ]);
    expect(world.acts).toContain("capacity 1 version 2");
    expect(world.acts).not.toContain("capacity 2 version 2");
    expect(world.violations).toEqual([]);
  });

  test("to one node is previewed before the nodes go, and again where another process saw that", async () => {
    const world = new World();
    const preview = jest.spyOn(world.stack, "preview");
    const stopping = new AbortController();
    world.once("zero.reached", () => stopping.abort(new RepaveError("INTERRUPTED", "stopped")));
    world.once("zero.asked", () => {
      expect(preview).toHaveBeenCalledWith({ nodeCount: 1, activeTemplateVersion: 2 });
    });
    await attempt(world, {}, { signal: stopping.signal });
    world.stack.alsoChanges = [DATABASE];
    expect((await attempt(world, { resume: true })).outcome).toBe("halted");
    expect(world.of("run.failed").at(-1)).toMatchObject({ step: "scaleToOne", code: "UNEXPECTED_CHANGES" });
    expect(world.acts).not.toContain("capacity 1 version 2");
    world.stack.alsoChanges = [];
    expect((await attempt(world, { resume: true })).outcome).toBe("done");
    expect(world.violations).toEqual([]);
  });
});
