import { DEFAULT_POLICY } from "../../orchestration/run/policy";
import { mortal } from "../fakes/crash";
import { BRISK } from "../fakes/machine";
import type { PreparedNodes } from "../../orchestration/ports/account/preparedNodes";
import { World } from "../fakes/world";
import { attempt, attemptUntil, FENCED, LEASE_RUNS_OUT_MS, OPENED, takeBack } from "../support/attempt";

const PREPARED = { prewarm: 1 } as const;

/** Nothing that was prepared is left outside of the group, and nothing forbidden has happened. */
async function expectNothingLeft(world: World): Promise<void> {
  await world.clock.sleep(DEFAULT_POLICY.zero.timeoutMs);
  expect(await world.prepared.list()).toEqual([]);
  expect(world.violations).toEqual([]);
}

const stoppedAt = async (world: World, moment: Parameters<World["once"]>[0], prewarm = 1): Promise<void> => {
  expect((await attemptUntil(world, moment, { prewarm })).outcome).toBe("interrupted");
};

describe("a prepared node", () => {
  it("is launched before the drain, attached at zero, told to start when every old node is gone, and pinned afterwards", async () => {
    const world = new World();
    const { outcome } = await attempt(world, PREPARED);
    expect(outcome).toBe("done");
    expect(world.acts).toEqual([
      FENCED,
      "capacity 2 version 1",
      "prepare i-3",
      "drain i-1",
      "drain i-2",
      "capacity 0 version 1",
      "terminate i-1",
      "terminate i-2",
      "attach i-3",
      "tell i-3",
      "capacity 1 version 2",
      "capacity 2 version 2",
      OPENED,
    ]);
    await expectNothingLeft(world);
  });

  it("leaves the outage its start, and the outage is weighed against its whole build", async () => {
    const world = new World();
    const finished = await attempt(world, PREPARED);
    const plain = await attempt(new World());
    const { outageSeconds, nodeBuildSeconds, preparedSeconds = 0, outageParts, outageRatio } = finished;
    // Six tenths of its start are behind it.
    expect(outageParts).toMatchObject({ build: 0, start: 96 });
    expect(preparedSeconds).toBeGreaterThanOrEqual(60 + 144);
    expect(nodeBuildSeconds).toBeGreaterThanOrEqual(plain.nodeBuildSeconds ?? Infinity);
    expect(outageSeconds).toBeLessThan((plain.outageSeconds ?? 0) - 200);
    expect(outageRatio).toBeCloseTo((outageSeconds ?? 0) / (nodeBuildSeconds ?? 1), 1);
    expect(world.told).toMatch(/the first node took 5m \S+ to build, 3m \S+ of it before the outage \(ratio 0\.\d+\)/);
  });

  it("comes second as well, where two are prepared, and only after the first has passed the gate", async () => {
    const world = new World();
    expect((await attempt(world, { prewarm: 2 })).outcome).toBe("done");
    expect(world.acts.filter((act) => /prepare|attach|tell/.test(act))).toEqual([
      "prepare i-3",
      "prepare i-4",
      "attach i-3",
      "tell i-3",
      "attach i-4",
      "tell i-4",
    ]);
    expect(world.group.machines).toHaveLength(4);
    await expectNothingLeft(world);
  });

  it("is prepared for every hop anew", async () => {
    const world = new World();
    expect((await attempt(world, { release: 692, prewarm: 1 })).outcome).toBe("done");
    expect(world.acts.filter((act) => act.startsWith("tell"))).toHaveLength(2);
    await expectNothingLeft(world);
  });

  it("waits for the silence that the release demands beside its attaching, and not after it", async () => {
    const world = new World({ release: "1.2.2" });
    const { outcome, outageParts } = await attempt(world, { release: "2.0.0", prewarm: 1 });
    expect(outcome).toBe("done");
    await expectNothingLeft(world);
    expect(outageParts?.overhead).toBeGreaterThanOrEqual(30);
    expect(outageParts?.overhead).toBeLessThan(34);
  });

  it("comes from the stack's own prewarm where the command line does not say", async () => {
    const world = new World();
    const policy = { ...DEFAULT_POLICY, prepare: { ...DEFAULT_POLICY.prepare, prewarm: 1 } };
    await attempt(world, {}, { policy });
    expect(world.acts).toContain("tell i-3");
    const other = new World();
    await attempt(other, { prewarm: 0 }, { policy });
    expect(other.acts.join()).not.toContain("tell");
  });
});

describe("what keeps a node from being prepared is found while the service runs, and everything is put back", () => {
  const expectReverted = async (world: World, detail: string | RegExp): Promise<void> => {
    const { outcome, outageSeconds } = await attempt(world, PREPARED);
    expect({ outcome, outageSeconds }).toEqual({ outcome: "blocked", outageSeconds: 0 });
    expect(world.of("run.failed")).toMatchObject([
      { step: "prepare", code: "PREPARE_FAILED", detail: expect.stringMatching(detail) as string },
    ]);
    expect(world.acts.join()).not.toContain("drain");
    expect(world.acts.at(-1)).toBe(OPENED);
    await expectNothingLeft(world);
  };

  it("no capacity", async () => {
    const world = new World();
    world.group.launches = false;
    await expectReverted(world, "no capacity");
  });

  it("a secret that is missing, an image that cannot be pulled: what its boot says", async () => {
    const world = new World();
    world.tfe.preparationFailures.set(2, "FAILED: the licence secret is empty");
    await expectReverted(world, /i-3: FAILED: the licence secret is empty/);
  });

  it("another release than the one that is staged", async () => {
    const world = new World();
    world.once("prepared.launched", () => (world.tfe.claims = 636));
    await expectReverted(world, /i-3: it is built for .*202206-1.* and not for .*202207-2/);
  });

  it("a disk without room", async () => {
    const world = new World();
    world.once("prepared.launched", () => (world.tfe.diskFreeBytes = 1024 ** 3));
    await expectReverted(world, "1 GiB of its disk are free, 10 are needed");
  });

  it("a node that never says so", async () => {
    const world = new World();
    world.once("prepared.launched", ({ instanceId }) => world.tfe.unreachable.add(instanceId));
    await expectReverted(world, /i-3 does not answer yet/);
  });

  it("nodes that die one after the other", async () => {
    const world = new World();
    const kill = (): void =>
      world.once("prepared.launched", ({ instanceId }) => {
        world.after(5000, () => world.group.kill(instanceId));
        kill();
      });
    kill();
    await expectReverted(world, "6 instances were launched for this hop, and too few stayed alive");
  });
});

describe("a prepared node that dies", () => {
  it("while it is prepared is prepared again", async () => {
    const world = new World();
    world.once("prepared.launched", ({ instanceId }) => world.after(40_000, () => world.group.kill(instanceId)));
    expect((await attempt(world, PREPARED)).outcome).toBe("done");
    expect(world.acts).toContain("tell i-4");
    await expectNothingLeft(world);
  });

  it("in the drain is prepared again before the outage", async () => {
    const world = new World();
    world.once("drain.started", () => world.group.kill("i-3"));
    expect((await attempt(world, PREPARED)).outcome).toBe("done");
    expect(world.acts.filter((act) => /prepare|attach|capacity 0/.test(act))).toEqual([
      "prepare i-3",
      "prepare i-4",
      "capacity 0 version 1",
      "attach i-4",
    ]);
    await expectNothingLeft(world);
  });

  it("in the outage is replaced by the group, which builds one", async () => {
    const world = new World();
    world.once("zero.leaving", () => world.group.kill("i-3"));
    const { outcome, outageParts, preparedSeconds } = await attempt(world, PREPARED);
    expect({ outcome, preparedSeconds }).toEqual({ outcome: "done", preparedSeconds: undefined });
    expect(outageParts?.build).toBe(300);
    expect(world.told).toContain("no prepared node can be used; the group builds one");
    await expectNothingLeft(world);
  });

  it("when it was attached is replaced by the group, from the new build", async () => {
    const world = new World();
    world.once("prepared.attached", ({ instanceId }) => world.after(1, () => world.group.kill(instanceId)));
    const ports = world.ports();
    const { prepared } = world;
    const preparedNodes: PreparedNodes = {
      list: () => prepared.list(),
      launch: (launch) => prepared.launch(launch),
      terminate: (ids) => prepared.terminate(ids),
      async attach(id) {
        await prepared.attach(id);
        await world.clock.sleep(1000);
      },
    };
    const slow = { ...ports, preparedNodes };
    expect((await attempt(world, PREPARED, { ports: slow })).outcome).toBe("done");
    expect(world.acts).toContain("attach i-3");
    expect(world.group.alive().map(({ build }) => build.release)).toEqual([642, 642]);
    await expectNothingLeft(world);
  });
});

describe("a word that is not heard", () => {
  it("is given again", async () => {
    const world = new World();
    world.tfe.deafToTheWord.add("i-3");
    world.once("prepared.told", () => world.after(20_000, () => world.tfe.deafToTheWord.delete("i-3")));
    expect((await attempt(world, PREPARED)).outcome).toBe("done");
    expect(world.acts.filter((act) => act === "tell i-3").length).toBeGreaterThan(1);
    await expectNothingLeft(world);
  });

  it("for ever: the node says itself that it has not started, and the group builds another", async () => {
    const world = new World();
    world.tfe.deafToTheWord.add("i-3");
    expect((await attempt(world, PREPARED)).outcome).toBe("done");
    expect(world.acts).toContain("replace i-3");
    expect(world.acts.indexOf("replace i-3")).toBeGreaterThan(world.acts.indexOf("capacity 1 version 2"));
    await expectNothingLeft(world);
  });

  it("by a node that nobody reaches: it may start, so the run stops, holds it, and is resumed", async () => {
    const world = new World();
    world.once("prepared.told", ({ instanceId }) => world.tfe.unreachable.add(instanceId));
    expect((await attempt(world, PREPARED)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([{ step: "scaleToOne", code: "NODE_UNREACHABLE" }]);
    expect(world.acts).not.toContain("replace i-3");
    world.tfe.unreachable.clear();
    expect((await attempt(world, { resume: true })).outcome).toBe("done");
    await expectNothingLeft(world);
  });
});

describe("an abort", () => {
  it.each(["prepared.launched", "prepared.ready", "drain.started", "zero.leaving", "zero.reached"] as const)(
    "at %s terminates what was prepared",
    async (moment) => {
      const world = new World();
      await stoppedAt(world, moment);
      if (moment === "prepared.launched" || moment === "prepared.ready") {
        // Nothing was drained, so the run has put everything back by itself.
        await expectNothingLeft(world);
        return;
      }
      expect(await world.prepared.list()).toHaveLength(1);
      expect((await takeBack(world)).outcome).toBe("aborted");
      expect(world.group.alive().map(({ build }) => build.release)).toEqual([610, 610]);
      expect(world.stack.written).toMatchObject({ nodeCount: 2, releaseSequence: 610 });
      await expectNothingLeft(world);
    },
  );

  it("before the word, when it was attached already: the group builds an old node in its place", async () => {
    const world = new World();
    await stoppedAt(world, "prepared.attached");
    expect((await takeBack(world)).outcome).toBe("aborted");
    expect(world.group.alive().map(({ build }) => build.release)).toEqual([610, 610]);
    await expectNothingLeft(world);
  });

  it("after the word is refused", async () => {
    const world = new World();
    await stoppedAt(world, "prepared.told");
    expect((await takeBack(world)).outcome).toBe("blocked");
    expect(world.of("run.failed").at(-1)).toMatchObject({ code: "POINT_OF_NO_RETURN" });
  });
});

test("killed at any call, the same command ends the same way, and launches no node in vain and starts none early", async () => {
  const first = new World({ timings: BRISK });
  const undisturbed = mortal(first.ports());
  expect((await attempt(first, { prewarm: 2 }, { ports: undisturbed.ports })).outcome).toBe("done");
  for (let at = 1; at <= undisturbed.calls(); at++) {
    const world = new World({ timings: BRISK });
    const { ports } = mortal(world.ports(), [{ at, when: "after", how: "killed" }]);
    await attempt(world, { prewarm: 2 }, { ports }).catch(() => undefined);
    await world.clock.sleep(LEASE_RUNS_OUT_MS);
    const { outcome } = await attempt(world, { prewarm: 2 });
    expect({ at, outcome: ["done", "nothing-to-do"].includes(outcome) ? "converged" : outcome }).toEqual({
      at,
      outcome: "converged",
    });
    expect({ at, machines: world.group.machines.length, violations: world.violations }).toEqual({
      at,
      machines: 4,
      violations: [],
    });
    expect(world.stack.written).toMatchObject({ nodeCount: 2, attaching: 0, activeTemplateVersion: 2 });
    await expectNothingLeft(world);
  }
}, 60_000);

describe("a run that was stopped", () => {
  it.each([
    "drain.started",
    "zero.asked",
    "zero.reached",
    "prepared.attached",
    "prepared.told",
    "one.launched",
    "gate.observed",
  ] as const)("at %s finds what it has prepared, and launches nothing twice", async (moment) => {
    const world = new World();
    await stoppedAt(world, moment, 2);
    await world.clock.sleep(LEASE_RUNS_OUT_MS);
    expect((await attempt(world, { resume: true })).outcome).toBe("done");
    expect(world.group.machines).toHaveLength(4);
    expect(world.acts.filter((act) => act.startsWith("prepare"))).toEqual(["prepare i-3", "prepare i-4"]);
    await expectNothingLeft(world);
  });
});
