import fc from "fast-check";
import { DEFAULT_POLICY } from "../../orchestration/run/policy";
import { mortal, type Mishap } from "../fakes/crash";
import { BRISK } from "../fakes/machine";
import { digest } from "../fakes/otherDialect";
import { World } from "../fakes/world";
import { attempt, LEASE_RUNS_OUT_MS } from "../support/attempt";

/** Longer than a process that resumes has to wait for the lease: nothing but its own silence is long enough. */
const QUIET_MS = 2 * LEASE_RUNS_OUT_MS;

const policy = { ...DEFAULT_POLICY, zero: { ...DEFAULT_POLICY.zero, pollMs: 10_000 } };
const PATH = ["v202406-1", "2.0.5"] as const;

function aWorld(): World {
  const world = new World({ release: "v202401-1", timings: BRISK });
  if (world.other) Object.assign(world.other, { quietMs: QUIET_MS, fetchMs: 5_000 });
  return world;
}

const upgrade = (world: World, mishaps: readonly Mishap[] = []): ReturnType<typeof attempt> =>
  attempt(world, { release: PATH[1] }, { policy, ports: mortal(world.ports(), mishaps).ports });

const mishap = (most: number): fc.Arbitrary<Mishap> =>
  fc.record({
    at: fc.integer({ min: 1, max: most }),
    when: fc.constantFrom("before" as const, "after" as const),
    how: fc.constantFrom("killed" as const, "failed" as const),
  });

test("property: whatever dies, nothing starts before the silence is over, and every node is built from what was found first", async () => {
  const undisturbed = aWorld();
  const counted = mortal(undisturbed.ports());
  expect((await attempt(undisturbed, { release: PATH[1] }, { policy, ports: counted.ports })).outcome).toBe("done");
  const lives = fc.array(fc.array(mishap(counted.calls()), { maxLength: 2 }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(lives, fc.boolean(), async (mishaps, anew) => {
      const world = aWorld();
      // Somebody publishes the last release anew once the first one runs.
      if (anew) world.once("gate.passed", () => world.other?.digests.set(PATH[1], digest("anew")));
      for (const each of mishaps) {
        await upgrade(world, each).catch(() => undefined);
        await world.clock.sleep(LEASE_RUNS_OUT_MS);
      }
      for (let again = 0; again < 4 && world.group.alive().some(({ build }) => build.release !== PATH[1]); again++) {
        await world.clock.sleep(3_600_000);
        await upgrade(world);
      }
      expect(world.violations).toEqual([]);
      expect(["done", "nothing-to-do"]).toContain((await upgrade(world)).outcome);
      expect(world.group.templates.slice(1)).toEqual(
        PATH.map((release) => ({ release, image: "ami-a", digest: digest(release) })),
      );
      expect(world.group.alive().map(({ build }) => build.release)).toEqual([PATH[1], PATH[1]]);
    }),
    { numRuns: 60 },
  );
}, 120_000);
