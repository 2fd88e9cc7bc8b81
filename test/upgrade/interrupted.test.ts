import { RepaveError } from "../../orchestration/domain/errors";
import { EXIT_CODES } from "../../orchestration/commands/parts/exitCodes";
import type { RunFinished } from "../../orchestration/domain/events";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";

/** The operator presses ^C at the given moment. */
async function interruptedAt(world: World, arrange: (stop: () => void) => void): Promise<RunFinished> {
  const stop = new AbortController();
  arrange(() => stop.abort(new RepaveError("INTERRUPTED", "stopped by a signal")));
  return attempt(world, {}, { signal: stop.signal });
}

const atStep =
  (world: World, id: string) =>
  (stop: () => void): void =>
    world.once("step.started", stop, ({ step }) => step === id);

describe("interrupted before the first drain", () => {
  test("in preflight: nothing is touched", async () => {
    const world = new World();
    expect((await interruptedAt(world, atStep(world, "preflight"))).outcome).toBe("interrupted");
    expect(world.acts).toEqual([]);
    expect(await world.store.list()).toEqual([]);
    expect(EXIT_CODES.interrupted).toBe(130);
  });

  it.each(["claim", "fence", "stage"])("in %s: everything is put back, and the next run is a new one", async (step) => {
    const world = new World();
    expect((await interruptedAt(world, atStep(world, step))).outcome).toBe("interrupted");
    expect(world.group.suspended).toEqual([]);
    expect(await world.store.lease()).toBeUndefined();
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-1", "i-2"]);
    expect(world.of("run.failed").at(-1)?.fleet).toMatch(/^restored: no node was drained/);
    await world.clock.sleep(1000);
    expect((await attempt(world, { release: 636 })).outcome).toBe("done");
    expect(world.of("run.resumed")).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  test("after staging: what is left of it is said, and no node uses it", async () => {
    const world = new World();
    await interruptedAt(world, (stop) => world.once("stage.built", stop));
    expect(world.of("run.failed").at(-1)?.fleet).toBe(
      "restored: no node was drained, and the group's processes are resumed; the launch template may hold the new build, which no node uses",
    );
    expect(world.group.pinned).toBe(1);
  });
});

describe("interrupted later", () => {
  it.each<{ when: string; arrange: (world: World) => (stop: () => void) => void }>([
    { when: "during a drain", arrange: (world) => (stop) => world.once("drain.started", stop) },
    { when: "between two drains", arrange: (world) => (stop) => world.once("drain.proven", stop) },
    { when: "while the fleet goes to zero", arrange: (world) => (stop) => world.once("zero.leaving", stop) },
    { when: "at zero", arrange: (world) => (stop) => world.once("zero.reached", stop) },
    { when: "at the gate", arrange: (world) => (stop) => world.once("gate.observed", stop) },
    { when: "when the first node has passed", arrange: (world) => (stop) => world.once("gate.passed", stop) },
  ])("$when: the fleet is held as it is, and the same command goes on", async ({ arrange }) => {
    const world = new World();
    expect((await interruptedAt(world, arrange(world))).outcome).toBe("interrupted");
    expect(world.group.suspended).toHaveLength(6);
    expect(world.of("run.failed").at(-1)).toMatchObject({
      code: "INTERRUPTED",
      fleet: "on hold, with the group's processes suspended",
    });
    const machines = world.group.machines.length;
    await world.clock.sleep(3600_000);
    expect(world.group.machines).toHaveLength(machines);
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.group.machines).toHaveLength(4);
    expect(world.of("run.resumed")).toHaveLength(1);
  });

  test("the outage of a run that was interrupted in it is counted to the answer, whoever sees it", async () => {
    const world = new World();
    const begin = world.clock.now();
    await interruptedAt(world, (stop) => world.once("zero.reached", stop));
    await world.clock.sleep(600_000);
    const finished = await attempt(world);
    expect(finished.outcome).toBe("done");
    expect(Math.abs((finished.outageSeconds ?? 0) - world.secondsDown(begin))).toBeLessThan(1);
    expect(finished.outageSeconds).toBeGreaterThan(900);
  });
});

test("a drain that was stopped leaves a node that takes no work, and the last lines say so", async () => {
  const world = new World();
  const stopped = await interruptedAt(world, (stop) => world.once("drain.started", stop));
  expect(stopped.standing).toMatchObject({ kind: "interrupted", drained: [{ instanceId: "i-1" }] });
  expect(stopped.nodes).toMatchObject([{ instanceId: "i-1", healthy: true, drained: true }, { instanceId: "i-2" }]);
  expect(world.told).toMatch(/i-1 {2}release 610 \(v202204-2\) {2}drained, takes no work/);
  expect(world.told).toMatch(/i-1: drained since \d\d:\d\d:\d\d UTC by run-\S+; takes no work until restarted/);
  expect((await attempt(world)).standing).toMatchObject({ kind: "in service", drained: [], takesWork: true });
});
