import type { RunFinished } from "../../orchestration/domain/events";
import { DEFAULT_POLICY } from "../../orchestration/run/policy";
import { World } from "../fakes/world";
import { attempt, LEASE_RUNS_OUT_MS, takeBack } from "../support/attempt";

const TTL = DEFAULT_POLICY.lease.ttlMs;

const somebodyElse = (world: World, now = world.clock.now()): Promise<unknown> =>
  world.store.acquire({ runId: "run-of-somebody-else", holder: "else@there", now, ttlMs: TTL });

/** A run that halted in the outage. */
async function halted(): Promise<World> {
  const world = new World();
  world.group.machine("i-2").stuck = true;
  expect((await attempt(world)).outcome).toBe("halted");
  world.group.machine("i-2").stuck = false;
  return world;
}

describe("one run at a time", () => {
  test("another run that holds the lease is named, and nothing is changed", async () => {
    const world = new World();
    await somebodyElse(world);
    expect((await attempt(world)).outcome).toBe("blocked");
    expect(world.of("run.failed")).toMatchObject([{ step: "claim", code: "LEASE_HELD", fleet: "unchanged" }]);
    expect(world.told).toContain("run run-of-somebody-else of else@there since 2026-11-22T02:00:00.000Z");
    expect(world.acts).toEqual([]);
    expect(await world.store.list()).toEqual([]);
    expect(await world.store.lease()).toMatchObject({ holder: "else@there" });
  });

  test("a lease that ran out stands in nobody's way", async () => {
    const world = new World();
    await somebodyElse(world, world.clock.now() - TTL - 1);
    expect((await attempt(world)).outcome).toBe("done");
  });

  test.each(["abort", "upgrade to where the fleet is"])(
    "%s removes the lease that is left of a run that was never begun, once it has run out",
    async (command) => {
      const world = new World();
      const act = (): Promise<unknown> => (command === "abort" ? takeBack(world) : attempt(world, { release: 610 }));
      await somebodyElse(world);
      await act();
      expect(await world.store.lease()).toMatchObject({ holder: "else@there" });
      await world.clock.sleep(LEASE_RUNS_OUT_MS, new AbortController().signal);
      await act();
      expect(await world.store.lease()).toBeUndefined();
      expect(world.acts).toEqual([]);
    },
  );

  test("two that are given the same command at once: one does it, the other is told", async () => {
    const world = new World();
    const both = await Promise.all([
      attempt(world, {}, { ports: world.ports("ann@a") }),
      attempt(world, {}, { ports: world.ports("bob@b") }),
    ]);
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(["blocked", "done"]);
    expect(world.violations).toEqual([]);
    expect(world.group.machines).toHaveLength(4);
  });

  test("the lease is kept alive however long a drain takes", async () => {
    const world = new World();
    world.tfe.busy.add("i-1");
    world.once("drain.started", () => world.after(3 * 3600_000, () => world.tfe.busy.clear()));
    const remaining: number[] = [];
    world.once("drain.started", () => {
      for (let minute = 1; minute < 170; minute++) {
        world.after(minute * 60_000, () => {
          void world.store.lease().then((lease) => remaining.push((lease?.expiresAt ?? 0) - world.clock.now()));
        });
      }
    });
    expect((await attempt(world)).outcome).toBe("done");
    expect(remaining).toHaveLength(169);
    expect(Math.min(...remaining)).toBeGreaterThan(TTL / 2);
  });
});

describe("a lease of the run itself", () => {
  /** Resumes a halted run beside a lease of its own that lasts this long. */
  async function resumedBeside(lastsMs: number) {
    const world = await halted();
    const [record] = await world.store.list();
    await world.clock.sleep(LEASE_RUNS_OUT_MS);
    const began = world.clock.now();
    await world.store.acquire({ runId: record?.runId ?? "", holder: "ann@here", now: began, ttlMs: lastsMs });
    const { outcome } = await attempt(world, { resume: true });
    return { world, outcome, tookMs: world.clock.now() - began };
  }

  test("that a dead process left is waited out", async () => {
    const { world, outcome, tookMs } = await resumedBeside(TTL);
    expect(world.told).toContain(`taking over from ann@here (at its start): its lease expires in ${TTL / 1000} s`);
    expect(outcome).toBe("done");
    expect(tookMs).toBeGreaterThanOrEqual(TTL);
  });

  test("that lasts for hours, which no run of ours writes, is respected at once", async () => {
    const { world, tookMs } = await resumedBeside(23 * 3600_000);
    expect(world.told).not.toContain("taking over");
    expect(tookMs).toBeLessThan(60_000);
    expect(world.of("run.failed").at(-1)).toMatchObject({ step: "claim", code: "LEASE_HELD" });
  });
});

describe("a run that was overtaken", () => {
  test("stops acting at once, and says that another goes on", async () => {
    const world = new World();
    let acts = 0;
    world.once("drain.started", () => {
      void somebodyElse(world, world.clock.now() + LEASE_RUNS_OUT_MS);
      acts = world.acts.length + 1; // The drain that is just being given.
    });
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([
      { code: "LEASE_LOST", fleet: "as it was; this run has stopped acting" },
    ]);
    expect(world.acts).toHaveLength(acts);
    expect(await world.store.lease()).toMatchObject({ holder: "else@there" });
  });

  test("while its machine slept: it does not even put back the fence that the other one relies on", async () => {
    const world = new World();
    const stop = new AbortController();
    world.once(
      "step.started",
      () => {
        world.clock.suspend(LEASE_RUNS_OUT_MS);
        void somebodyElse(world);
        stop.abort(new Error("lid opened, and the operator stops it"));
      },
      ({ step }) => step === "stage",
    );
    expect((await attempt(world, {}, { signal: stop.signal })).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([{ code: "LEASE_LOST" }]);
    expect(world.acts.filter((act) => act.startsWith("resume"))).toEqual([]);
    expect(world.group.suspended).toHaveLength(6);
  });

  test("writes nothing more into the journal that is the other one's now", async () => {
    const world = new World();
    world.once("drain.observed", () => void somebodyElse(world, world.clock.now() + LEASE_RUNS_OUT_MS));
    await attempt(world);
    const [run] = await world.store.list();
    const kinds = (await world.store.journal(run?.runId ?? "")).map((entry) => entry.event);
    expect(kinds.at(-1)).toBe("drain.observed");
  });
});

describe("an unfinished run", () => {
  test("is gone on with by the same command", async () => {
    const world = await halted();
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.told).toContain("Resumes run-20261122-020000-642");
    expect(await world.store.list()).toHaveLength(1);
  });

  test("refuses another target, with the commands that make sense", async () => {
    const world = await halted();
    const acts = [...world.acts];
    expect((await attempt(world, { release: 636 })).outcome).toBe("blocked");
    const failure = world.of("run.failed").at(-1);
    expect(failure).toMatchObject({ step: "plan", code: "RUN_UNFINISHED" });
    expect(failure?.fleet).toMatch(/^as run run-20261122-020000-642\S* left it$/);
    expect(failure?.detail).toMatch(
      /^run-20261122-020000-642\S* is on hold at .*; it takes the fleet to 642 \(v202207-2\); /,
    );
    expect(failure?.detail).toContain("continue: npm run upgrade -- --resume --stack test; undo: npm run abort");
    expect(world.acts).toEqual(acts);
  });

  test("that is alive is waited for: neither resumed nor reverted", async () => {
    const world = new World();
    let second: RunFinished | undefined;
    let during = Promise.resolve();
    world.once("drain.started", () => {
      during = attempt(world, { release: 636 }).then((finished) => void (second = finished));
    });
    await attempt(world);
    await during;
    expect(second?.outcome).toBe("blocked");
    const refused = world.of("run.failed").at(-1);
    expect(refused).toMatchObject({ code: "LEASE_HELD", fleet: "unchanged" });
    expect(refused?.detail).toMatch(
      /^run-\S+ is in progress at drain since \d\d:\d\d:\d\d UTC by somebody@here, last heartbeat \d+s ago; it takes the fleet to 642/,
    );
    expect(refused?.detail).not.toMatch(/abort|--resume/);
  });

  test("keeps its lease's record, so that nobody else may change the stack meanwhile", async () => {
    const world = await halted();
    expect(await world.store.lease()).toMatchObject({ holder: "somebody@here", step: "scaleToZero" });
  });

  test("of a process that died is taken over when its lease runs out, and not before", async () => {
    const world = await halted();
    const [run] = await world.store.list();
    const runId = run?.runId ?? "";
    await world.store.acquire({ runId, holder: "dead@there", now: world.clock.now() + 1, ttlMs: TTL });
    const since = world.clock.now();
    let resumedAt = 0;
    world.once("run.resumed", () => (resumedAt = world.clock.now()));
    expect((await attempt(world)).outcome).toBe("done");
    expect(resumedAt - since).toBeGreaterThanOrEqual(TTL);
    expect(world.told).toContain("taking over from dead@there");
  });

  test("that another process went on with while the operator was asked is not gone on with from old knowledge", async () => {
    const world = new World();
    world.tfe.busy.add("i-2");
    const policy = { ...DEFAULT_POLICY, drain: { ...DEFAULT_POLICY.drain, timeoutMs: 60_000 } };
    expect((await attempt(world, { release: 692 }, { policy })).outcome).toBe("halted");
    world.tfe.busy.clear();
    // A second process goes on to the gate of the second hop, where its node is ill, while the first waits for an answer.
    const goOn = async (): Promise<boolean> => {
      const fall = (): void => {
        if (world.group.machines.some(({ id }) => id === "i-4")) world.group.sicken("i-4");
        else world.after(1000, fall);
      };
      world.after(0, fall);
      expect((await attempt(world, { release: 692 })).outcome).toBe("halted");
      world.group.heal("i-4");
      return true;
    };
    expect((await attempt(world, { release: 692 }, { says: goOn })).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.group.templates.map(({ release }) => release)).toEqual([610, 642, 692]);
    expect(world.group.machines).toHaveLength(5);
  });
});
