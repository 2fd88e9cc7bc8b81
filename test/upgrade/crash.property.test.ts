import fc from "fast-check";
import { DEFAULT_POLICY, type Ports } from "../../orchestration/upgrade/context";
import { upgrade } from "../../orchestration/upgrade/upgrade";
import type { RunFinished } from "../../orchestration/domain/events";
import { mortal } from "../fakes/crash";
import { World } from "../fakes/world";

const attempt = (ports: Ports, release: number): Promise<RunFinished> =>
  upgrade(
    { stack: "test", release },
    {
      ports,
      policy: DEFAULT_POLICY,
      operator: { confirm: () => Promise.resolve(true) },
      signal: new AbortController().signal,
      begin: () => undefined,
    },
  );

/** What a fleet must look like when all is over, and what must never have happened on the way. */
function expectConverged(world: World, finished: RunFinished, release: number): void {
  expect(world.violations).toEqual([]);
  expect(["done", "nothing-to-do"]).toContain(finished.outcome);
  expect(world.alive().map((machine) => machine.build.release)).toEqual([release, release]);
  expect(world.suspended).toEqual([]);
  expect(world.config).toMatchObject({
    releaseSequence: release,
    nodeCount: 2,
    activeTemplateVersion: world.templates.length,
  });
}

/** Each irreversible act at most once: no machine is terminated twice, none launched in vain. */
function expectNothingTwice(world: World, launches: number): void {
  const terminations = world.acts.filter((act) => act.startsWith("terminate"));
  expect(new Set(terminations).size).toBe(terminations.length);
  expect(world.machines.length).toBe(launches);
}

async function killAndResume(
  release: number,
  launches: number,
  deaths: readonly { at: number; when: "before" | "after" }[],
): Promise<void> {
  const world = new World();
  for (const death of deaths) {
    await attempt(mortal(world.ports(), death).ports, release).catch(() => undefined);
    // The dead process's lease runs out; nobody else can have gone on before.
    await world.clock.sleep(DEFAULT_POLICY.lease.ttlMs + 1000);
  }
  const finished = await attempt(world.ports(), release);
  expectConverged(world, finished, release);
  expectNothingTwice(world, launches);
}

async function callsOf(release: number): Promise<number> {
  const world = new World();
  const process = mortal(world.ports(), { at: -1, when: "before" });
  await attempt(process.ports, release);
  return process.calls();
}

test("killed at any call, before or after it took effect, the same command ends the same way", async () => {
  const calls = await callsOf(642);
  for (let at = 1; at <= calls; at++) {
    for (const when of ["before", "after"] as const) await killAndResume(642, 4, [{ at, when }]);
  }
}, 120_000);

test("killed several times on a way of two hops, it still ends the same way", async () => {
  const calls = await callsOf(692);
  const death = fc.record({
    at: fc.integer({ min: 1, max: calls }),
    when: fc.constantFrom("before" as const, "after" as const),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(death, { minLength: 1, maxLength: 4 }), (deaths) => killAndResume(692, 5, deaths)),
    { numRuns: 60 },
  );
}, 120_000);
