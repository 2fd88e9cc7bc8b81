import { DEFAULT_POLICY, type Policy } from "../../../orchestration/run/policy";
import { type Mishap, mortal } from "../../fakes/crash";
import { BRISK } from "../../fakes/machine";
import { FakeSmokeRuns } from "../../fakes/smokeRuns";
import { World } from "../../fakes/world";
import { attempt, LEASE_RUNS_OUT_MS } from "../../support/attempt";

const POLICY: Policy = {
  ...DEFAULT_POLICY,
  soakMs: 20_000,
  smoke: { ...DEFAULT_POLICY.smoke, always: true, applies: true },
};

interface Lived {
  readonly world: World;
  readonly runs: FakeSmokeRuns;
  readonly live: (
    mishaps?: readonly Mishap[],
  ) => Promise<{ readonly calls: number; readonly outcome: string | undefined }>;
}

function estate(): Lived {
  const world = new World({ timings: BRISK });
  const runs = new FakeSmokeRuns(world);
  return {
    world,
    runs,
    live: async (mishaps = []) => {
      const process = mortal({ ...world.ports(), smokeRuns: runs }, mishaps);
      const finished = await attempt(world, {}, { policy: POLICY, ports: process.ports }).catch(() => undefined);
      return { calls: process.calls(), outcome: finished?.outcome };
    },
  };
}

/** The first call of the process that comes after this act. */
async function callsBetween(): Promise<readonly [from: number, to: number]> {
  const { world, live } = estate();
  let [from, calls] = [0, 0];
  const counted = mortal({ ...world.ports(), smokeRuns: new FakeSmokeRuns(world) });
  world.once("gate.passed", () => (from = counted.calls()));
  await attempt(world, {}, { policy: POLICY, ports: counted.ports });
  calls = counted.calls();
  expect((await live()).outcome).toBe("nothing-to-do");
  return [from, calls];
}

test.each(["killed", "failed"] as const)(
  "%s at any call after the first gate, the run ends, and each of its smoke runs was made once",
  async (how) => {
    const [from, to] = await callsBetween();
    expect(to - from).toBeGreaterThan(50);
    for (let at = from; at <= to; at += 1) {
      const { world, runs, live } = estate();
      await live([{ at, when: "after", how }]);
      await world.clock.sleep(LEASE_RUNS_OUT_MS);
      const { outcome } = await live();
      const messages = runs.entries.map(({ run }) => run.message);
      expect([at, outcome === "done" || outcome === "nothing-to-do"]).toEqual([at, true]);
      expect([at, messages.length]).toEqual([at, new Set(messages).size]);
      expect([at, runs.statuses]).toEqual([at, ["applied", "applied"]]);
      expect(world.violations).toEqual([]);
    }
  },
  60_000,
);
