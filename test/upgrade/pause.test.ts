import type { Pause } from "../../orchestration/ports/prompt";
import { World } from "../fakes/world";
import { attempt, takeBack } from "../support/attempt";

const MINUTE = 60_000;

/** A person who does something in the pause, and lets the run go on. */
const pausing = (meanwhile: (signal: AbortSignal) => Promise<boolean>): Pause => ({ go: meanwhile });
const enter = pausing(() => Promise.resolve(true));
const nobody = pausing(() => Promise.resolve(false));

const kinds = async (world: World): Promise<readonly string[]> => {
  const [run] = await world.store.list();
  return (await world.store.journal(run?.runId ?? "")).map(({ event }) => event);
};

test("Enter starts the outage, after every node is proven drained once more", async () => {
  const world = new World();
  let drained = 0;
  const pause = pausing(async () => {
    drained = world.of("drain.proven").length;
    expect(world.of("zero.asked")).toEqual([]);
    // Somebody restarts a node that nobody watches.
    world.tfe.restart("i-1");
    await world.clock.sleep(MINUTE, new AbortController().signal);
    return true;
  });
  expect((await attempt(world, {}, { pause })).outcome).toBe("done");
  expect(drained).toBe(2);
  expect(world.of("drain.proven").length).toBeGreaterThan(2);
  expect(world.violations).toEqual([]);
  expect(world.told).toContain("Every node is drained and takes no work. The service answers.");
  expect(await kinds(world)).toEqual(expect.arrayContaining(["pause.began", "pause.ended"]));
});

test("without anybody to ask the run stops on hold, and is resumed or reverted", async () => {
  for (const next of [
    (world: World) => attempt(world, { resume: true }),
    (world: World) => takeBack(world),
    (world: World) => attempt(world, {}, { pause: enter }),
  ]) {
    const world = new World();
    expect((await attempt(world, {}, { pause: nobody })).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([{ step: "scaleToZero", code: "PAUSED" }]);
    expect(world.of("zero.asked")).toEqual([]);
    expect(world.group.alive()).toHaveLength(2);
    expect(["done", "aborted"]).toContain((await next(world)).outcome);
    expect(world.violations).toEqual([]);
  }
});

test("a resume from elsewhere takes the run over at once, and the paused process neither acts nor writes", async () => {
  const world = new World();
  let elsewhere: string | undefined;
  let written = 0;
  const pause = pausing(async (signal) => {
    const began = world.clock.now();
    elsewhere = (await attempt(world, { resume: true })).outcome;
    expect(world.of("run.resumed")[0]).toBeDefined();
    expect(world.clock.now() - began).toBeLessThan(60 * MINUTE);
    written = (await kinds(world)).length;
    return new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason as Error);
      else signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
  });
  const finished = await attempt(world, {}, { pause });
  expect(elsewhere).toBe("done");
  expect(finished.outcome).toBe("halted");
  expect(world.of("run.failed")).toMatchObject([{ code: "LEASE_LOST" }]);
  expect(await kinds(world)).toHaveLength(written);
  expect(world.violations).toEqual([]);
});

test("only before the first outage: between two repaves one node serves alone", async () => {
  const world = new World();
  let pauses = 0;
  const pause = pausing(() => Promise.resolve(++pauses > 0));
  expect((await attempt(world, { release: 692 }, { pause })).outcome).toBe("done");
  expect(pauses).toBe(1);
});
