import { World } from "../fakes/world";
import { attempt, attemptUntil, OPENED, takeBack } from "../support/attempt";

/** A run that the operator stopped at the given moment. */
async function stoppedAt(
  moment: "drain.started" | "drain.proven" | "zero.leaving" | "zero.reached" | "gate.observed",
): Promise<World> {
  const world = new World();
  expect((await attemptUntil(world, moment)).outcome).toBe("interrupted");
  return world;
}

/** The fleet as it was before anybody thought of an upgrade. */
async function expectAsBefore(world: World): Promise<void> {
  expect(world.violations).toEqual([]);
  expect(world.group.alive().map(({ build, drainingSince }) => ({ ...build, drainingSince }))).toEqual([
    { release: 610, image: "ami-a", drainingSince: undefined },
    { release: 610, image: "ami-a", drainingSince: undefined },
  ]);
  expect(world.group.suspended).toEqual([]);
  expect(world.acts.at(-1)).toBe(OPENED);
  expect(world.stack.written).toMatchObject({ releaseSequence: 610, image: "ami-a", nodeCount: 2 });
  expect(await world.store.lease()).toBeUndefined();
}

describe("a run is taken back while its release has not been started", () => {
  test("from its first drain: that is seen to its end, the node restarted and gated, and the other left alone", async () => {
    const world = await stoppedAt("drain.started");
    expect((await takeBack(world)).outcome).toBe("aborted");
    await expectAsBefore(world);
    expect(world.acts.filter((act) => /stop|start|terminate/.test(act))).toEqual(["stop i-1", "start i-1"]);
    expect(world.told).toContain("Reverts run run-20261122-020000-642");
    expect(world.told).toContain("Aborted. The fleet is back on its previous build.");
  });

  test("on the way to zero: the nodes that are gone are built anew, one at a time, each gated", async () => {
    const world = await stoppedAt("zero.leaving");
    expect((await takeBack(world)).outcome).toBe("aborted");
    await expectAsBefore(world);
    expect(world.group.machines).toHaveLength(4);
  });

  test("from zero", async () => {
    const world = await stoppedAt("zero.reached");
    expect((await takeBack(world)).outcome).toBe("aborted");
    await expectAsBefore(world);
  });

  test("is over then: the next run is a new one", async () => {
    const world = await stoppedAt("drain.proven");
    await takeBack(world);
    expect((await attempt(world, { release: 636 })).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(await world.store.list()).toHaveLength(2);
  });
});

describe("it is refused", () => {
  test("past the point of no return, with what a restore needs", async () => {
    const world = await stoppedAt("gate.observed");
    const acts = [...world.acts];
    expect((await takeBack(world)).outcome).toBe("blocked");
    expect(world.of("run.failed").at(-1)).toMatchObject({
      code: "POINT_OF_NO_RETURN",
      detail: "642 (v202207-2) was started; backups from before it: none recorded by this run",
    });
    expect(world.acts).toEqual(acts);
    expect((await attempt(world)).outcome).toBe("done");
  });

  test("when the run went past it while the operator was asked", async () => {
    const world = await stoppedAt("drain.proven");
    const goOn = async (): Promise<boolean> => {
      const fall = (): void => {
        if (world.group.machines.some(({ id }) => id === "i-3")) world.group.sicken("i-3");
        else world.after(1000, fall);
      };
      world.after(0, fall);
      expect((await attempt(world)).outcome).toBe("halted");
      return true;
    };
    expect((await takeBack(world, { says: goOn })).outcome).toBe("halted");
    expect(world.of("run.failed").at(-1)).toMatchObject({ code: "POINT_OF_NO_RETURN" });
    expect(world.group.machines).toHaveLength(3);
    expect(world.violations).toEqual([]);
    world.group.heal("i-3");
    expect((await attempt(world)).outcome).toBe("done");
  });

  test("when there is nothing to take back", async () => {
    const world = new World();
    expect((await takeBack(world)).outcome).toBe("blocked");
    expect(world.of("run.failed")).toMatchObject([{ code: "NOTHING_TO_RESUME" }]);
    expect(world.acts).toEqual([]);
  });

  test("when the operator says no", async () => {
    const world = await stoppedAt("drain.proven");
    const acts = [...world.acts];
    expect((await takeBack(world, { says: () => Promise.resolve(false) })).outcome).toBe("declined");
    expect(world.acts).toEqual(acts);
  });
});

test("an abort that is cut off is given again, and ends the same way", async () => {
  const world = await stoppedAt("zero.reached");
  world.once("gate.observed", () => world.group.sicken("i-3"));
  expect((await takeBack(world)).outcome).toBe("halted");
  world.group.heal("i-3");
  expect((await takeBack(world)).outcome).toBe("aborted");
  await expectAsBefore(world);
});
