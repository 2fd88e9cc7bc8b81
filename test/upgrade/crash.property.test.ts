import fc from "fast-check";
import { RepaveError } from "../../orchestration/domain/errors";
import type { RunFinished } from "../../orchestration/domain/events";
import { mortal, type Mishap } from "../fakes/crash";
import { BRISK } from "../fakes/machine";
import { World } from "../fakes/world";
import { attempt, LEASE_RUNS_OUT_MS, takeBack } from "../support/attempt";

const killed = {
  at: fc.nat(),
  when: fc.constantFrom("before" as const, "after" as const),
  how: fc.constant("killed" as const),
};
const met = { ...killed, how: fc.constantFrom("killed" as const, "failed" as const) };

/** One process after the other meets its mishaps, until one comes to an end undisturbed. Resolves to how that one ended. */
async function persist(
  world: World,
  release: number,
  lives: readonly (readonly Mishap[])[],
  betweenMs = LEASE_RUNS_OUT_MS,
): Promise<RunFinished> {
  for (const mishaps of lives) {
    await attempt(world, { release }, { ports: mortal(world.ports(), mishaps).ports }).catch(() => undefined);
    await world.clock.sleep(betweenMs);
  }
  return attempt(world, { release });
}

/** What a fleet must look like when all is over, and what must never have happened on the way. */
function expectConverged(world: World, { outcome }: RunFinished, release: number, nodes: number): void {
  expect(world.violations).toEqual([]);
  expect(["done", "nothing-to-do"]).toContain(outcome);
  expect(world.of("run.failed").filter(({ code, detail }) => code === "INTERNAL" && detail !== "killed")).toEqual([]);
  expect(world.group.alive().map(({ build }) => build.release)).toEqual(Array(nodes).fill(release));
  expect(world.group.suspended).toEqual([]);
  expect(world.stack.written).toMatchObject({
    releaseSequence: release,
    nodeCount: nodes,
    activeTemplateVersion: world.group.templates.length,
  });
}

/** Each irreversible act at most once: no machine is terminated twice, none launched in vain, no build staged twice. */
function expectNothingTwice(world: World, launches: number, builds: number): void {
  const terminations = world.acts.filter((act) => act.startsWith("terminate"));
  expect(terminations).toEqual([...new Set(terminations)]);
  expect(world.group.machines).toHaveLength(launches);
  expect(world.group.templates).toHaveLength(builds);
}

/** How many calls an undisturbed run makes. */
async function callsOf(release: number, nodes: number): Promise<number> {
  const world = new World({ timings: BRISK, nodes });
  const process = mortal(world.ports());
  expect((await attempt(world, { release }, { ports: process.ports })).outcome).toBe("done");
  return process.calls();
}

// Killed before a call is killed after the one before it: one death a call is all there are.
test("killed at any call, the same command ends the same way, and nothing was done twice", async () => {
  const calls = await callsOf(642, 2);
  for (let at = 1; at <= calls; at++) {
    const world = new World({ timings: BRISK });
    const finished = await persist(world, 642, [[{ at, when: "after", how: "killed" }]]);
    expectConverged(world, finished, 642, 2);
    expectNothingTwice(world, 4, 2);
  }
}, 60_000);

test("property: killed several times on a way of two hops, it ends the same way, and nothing was done twice", async () => {
  const calls = await callsOf(692, 2);
  const life = fc.record({ ...killed, at: fc.integer({ min: 1, max: calls }) }).map((death) => [death]);
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 4 }), async (lives) => {
      const world = new World({ timings: BRISK });
      expectConverged(world, await persist(world, 692, lives), 692, 2);
      expectNothingTwice(world, 5, 3);
    }),
    { numRuns: 80 },
  );
}, 60_000);

/** What somebody else, or bad luck, does to the estate in the middle of a run. */
const INTERFERENCE = {
  "the processes are resumed in the drain": (world) =>
    world.once("drain.started", () => world.group.resume(["HealthCheck", "ReplaceUnhealthy"], "somebody")),
  "the processes are resumed at zero": (world) =>
    world.once("zero.reached", () => world.group.resume(["HealthCheck"], "somebody")),
  "the first new node is terminated at the gate": (world) =>
    world.once("gate.observed", ({ instanceId }) => world.group.kill(instanceId)),
  "the last new node is terminated at the gate": (world) =>
    world.once(
      "gate.observed",
      ({ instanceId }) => world.group.kill(instanceId),
      () => world.of("gate.passed").length > 0,
    ),
  "a node flaps at the gate": (world) =>
    world.once(
      "gate.observed",
      ({ instanceId }) => {
        world.group.sicken(instanceId);
        world.after(25_000, () => world.group.heal(instanceId));
      },
      ({ greens }) => greens === 2,
    ),
  "a node falls ill just when it was green": (world) =>
    world.once(
      "gate.observed",
      ({ instanceId }) => {
        world.after(2000, () => world.group.sicken(instanceId));
        world.after(40_000, () => world.group.heal(instanceId));
      },
      ({ greens }) => greens === 1,
    ),
  "an old node dies in its drain": (world) =>
    world.once("drain.started", ({ instanceId }) => world.group.kill(instanceId)),
  "a drained node is restarted": (world) =>
    world.once("drain.proven", ({ instanceId }) => world.after(10_000, () => world.tfe.restart(instanceId))),
  "a node cannot be reached for a while": (world) =>
    world.once("drain.started", ({ instanceId }) => {
      world.tfe.unreachable.add(instanceId);
      world.after(45_000, () => world.tfe.unreachable.delete(instanceId));
    }),
  "an instance shuts down slowly": (world) =>
    world.once("zero.leaving", () => {
      for (const machine of world.group.alive()) machine.stuck = true;
      world.after(90_000, () => world.group.machines.forEach((machine) => (machine.stuck = false)));
    }),
  "there is no capacity for a while": (world) =>
    world.once("one.asked", () => {
      world.group.launches = false;
      world.after(120_000, () => (world.group.launches = true));
    }),
  "an update fails after it was applied": (world) =>
    world.once("zero.asked", () => (world.stack.fails = { when: "after", until: "next" })),
  "node-drain returns early": (world) => (world.tfe.drainsEarly = true),
} as const satisfies Record<string, (world: World) => unknown>;

type Interference = keyof typeof INTERFERENCE;

test("property: whatever is killed, throttled, lost or interfered with, no invariant is broken, and the same command gets there", async () => {
  const calls = await callsOf(642, 3);
  const life = fc.array(fc.record({ ...met, at: fc.integer({ min: 1, max: calls }) }), { maxLength: 2 });
  const schedule = fc.record({
    lives: fc.array(life, { maxLength: 3 }),
    bad: fc.uniqueArray(fc.constantFrom(...(Object.keys(INTERFERENCE) as Interference[])), { maxLength: 3 }),
    nodes: fc.constantFrom(2, 3),
    release: fc.constantFrom(636, 642, 692),
    // Shorter than the lease: the one that goes on has to wait for the dead one's.
    betweenMs: fc.constantFrom(1000, LEASE_RUNS_OUT_MS),
  });
  await fc.assert(
    fc.asyncProperty(schedule, async ({ lives, bad, nodes, release, betweenMs }) => {
      const world = new World({ timings: BRISK, nodes });
      for (const name of bad) INTERFERENCE[name](world);
      let finished = await persist(world, release, lives, betweenMs);
      // What interferes does so once; the operator gives the command again after each halt, the next morning.
      for (let again = 0; again < 4 && finished.outcome !== "done"; again++) {
        await world.clock.sleep(3600_000);
        finished = await attempt(world, { release });
      }
      expectConverged(world, finished, release, nodes);
    }),
    { numRuns: 150 },
  );
}, 60_000);

test("property: killed while it is taken back, the same command takes it back", async () => {
  const death = fc.record({ ...killed, at: fc.integer({ min: 1, max: 160 }) });
  const moment = fc.constantFrom("drain.started", "drain.proven", "zero.asked", "zero.reached");
  await fc.assert(
    fc.asyncProperty(fc.array(death, { minLength: 1, maxLength: 2 }), moment, async (deaths, stopsAt) => {
      const world = new World({ timings: BRISK });
      const stop = new AbortController();
      world.once(stopsAt as "drain.started", () => stop.abort(new RepaveError("INTERRUPTED", "stopped")));
      await attempt(world, {}, { signal: stop.signal });
      for (const mishap of deaths) {
        await takeBack(world, { ports: mortal(world.ports(), [mishap]).ports }).catch(() => undefined);
        await world.clock.sleep(LEASE_RUNS_OUT_MS);
      }
      // Blocked: the one that was killed had come to its end, and there is nothing left to take back.
      expect(["aborted", "blocked"]).toContain((await takeBack(world)).outcome);
      expect(world.violations).toEqual([]);
      expect(world.group.alive().map(({ build }) => build.release)).toEqual([610, 610]);
      expect(world.group.suspended).toEqual([]);
      expect(world.stack.written).toMatchObject({ releaseSequence: 610, nodeCount: 2, activeTemplateVersion: 1 });
    }),
    { numRuns: 60 },
  );
}, 60_000);
