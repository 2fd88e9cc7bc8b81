import type { RunFinished } from "../../../orchestration/domain/events";
import type { Policy } from "../../../orchestration/run/policy";
import { DEFAULT_POLICY } from "../../../orchestration/run/policy";
import type { Request } from "../../../orchestration/upgrade/planning";
import { FakeAlarms } from "../../fakes/alarms";
import { World } from "../../fakes/world";
import { attempt, call, type Circumstances, LEASE_RUNS_OUT_MS } from "../../support/attempt";

const MINUTE = 60_000;
const alarmsOf = (names: readonly string[], setOff: readonly string[] = []): Policy["alarms"] => ({
  ...DEFAULT_POLICY.alarms,
  names,
  setOff,
});
const SOAKING: Policy = { ...DEFAULT_POLICY, soakMs: 10 * MINUTE };
const ALARMED: Policy = { ...SOAKING, alarms: alarmsOf(["5xx", "hosts"], ["hosts"]) };

const estate = (): { readonly world: World; readonly alarms: FakeAlarms } => ({
  world: new World(),
  alarms: new FakeAlarms(),
});

const go = (
  { world, alarms }: ReturnType<typeof estate>,
  request: Partial<Omit<Request, "release">> = {},
  more: Circumstances = {},
): Promise<RunFinished> => attempt(world, request, { policy: ALARMED, ports: { ...world.ports(), alarms }, ...more });

const capacities = ({ acts }: World): readonly string[] => acts.filter((act) => act.startsWith("capacity"));

describe("the soak", () => {
  test("lies between the gate and the second node, and is none of the outage", async () => {
    const [plain, soaked] = [new World(), new World()];
    const without = await attempt(plain);
    const finished = await attempt(soaked, {}, { policy: SOAKING });
    expect([finished.outcome, finished.outageSeconds]).toEqual(["done", without.outageSeconds]);
    const order = soaked.events.flatMap(({ event }) =>
      ["gate.passed", "soak.started", "soak.finished", "node.launched"].includes(event) ? [event] : [],
    );
    expect(order.filter((event) => event !== "node.launched")).toEqual([
      "gate.passed",
      "soak.started",
      "soak.finished",
      "gate.passed",
    ]);
    expect(soaked.of("step.finished").find(({ step }) => step === "smoke")?.seconds).toBeGreaterThanOrEqual(600);
  });

  test("holds before the second node when the first does not stay healthy", async () => {
    const world = new World();
    let since = 0;
    world.once("soak.started", () => {
      since = world.clock.now();
      world.after(3 * MINUTE, () => world.group.sicken("i-3"));
    });
    const held = await attempt(world, {}, { policy: SOAKING });
    expect(world.clock.now() - since).toBeLessThan(4 * MINUTE);
    expect(held.outcome).toBe("halted");
    expect(world.of("run.failed")[0]).toMatchObject({ step: "smoke", code: "SOAK_FAILED" });
    expect(world.of("run.failed")[0]?.detail).toMatch(/^i-3: /);
    expect(capacities(world).at(-1)).toBe("capacity 1 version 2");
    expect(world.of("evidence.saved").length).toBeGreaterThan(0);
    await world.clock.sleep(LEASE_RUNS_OUT_MS);
    const overrides = [{ id: "soak", because: "known" }];
    world.group.heal("i-3");
    expect((await attempt(world, { resume: true }, { policy: SOAKING, overrides })).outcome).toBe("done");
    expect(world.of("soak.started")).toHaveLength(2);
    expect(world.of("override.used")).toEqual([]);
  });

  test("can be given up by name", async () => {
    const world = new World();
    world.once("soak.started", () => world.group.sicken("i-3"));
    const overrides = [{ id: "soak", because: "the check is wrong" }];
    world.once("override.used", () => world.group.heal("i-3"));
    expect((await attempt(world, {}, { policy: SOAKING, overrides })).outcome).toBe("done");
    expect(world.of("override.used")).toMatchObject(overrides);
  });

  test("a look that fails once is no reason to hold", async () => {
    const world = new World();
    world.once("soak.started", () => {
      world.tfe.unreachable.add("i-3");
      world.after(1000, () => world.tfe.unreachable.delete("i-3"));
    });
    expect((await attempt(world, {}, { policy: SOAKING })).outcome).toBe("done");
  });

  test("holds in unattended runs too", async () => {
    const world = new World();
    world.once("soak.started", () => world.group.sicken("i-3"));
    expect((await call(world, { release: 642 }, { policy: SOAKING })).outcome).toBe("halted");
    expect(world.of("run.failed")[0]?.code).toBe("SOAK_FAILED");
  });
});

describe("alarms", () => {
  test.each([
    ["in ALARM", "alarm", /^alarms: 5xx is in ALARM \(Threshold Crossed\)$/],
    ["without data", "no data", /^alarms: 5xx is without data$/],
    ["not there", undefined, /^alarms: there is no alarm 5xx$/],
  ] as const)("one that is %s keeps a run from starting", async (_what, state, says) => {
    const both = estate();
    both.alarms.states.set("5xx", state);
    expect((await go(both)).outcome).toBe("blocked");
    expect(both.world.of("run.failed")[0]?.detail).toMatch(says);
    expect(both.world.acts).toEqual([]);
  });

  test("one that the outage set off is a condition of the gate until it recovers", async () => {
    const { world, alarms } = estate();
    world.once("zero.asked", () => alarms.states.set("5xx", "alarm"));
    world.once("node.started", () => world.after(5 * MINUTE, () => alarms.states.set("5xx", "ok")));
    expect((await go({ world, alarms })).outcome).toBe("done");
    const shown = world.of("gate.observed").flatMap(({ observations }) => observations);
    expect(shown.filter(({ id, held }) => id === "alarm-5xx" && !held).length).toBeGreaterThan(0);
    expect(world.violations).toEqual([]);
  });

  test("one that goes to ALARM in the soak holds before the second node, and the same command goes on when it is OK", async () => {
    const both = estate();
    const { world, alarms } = both;
    world.once("soak.started", () => world.after(4 * MINUTE, () => alarms.states.set("5xx", "alarm")));
    expect((await go(both)).outcome).toBe("halted");
    expect(world.of("run.failed")[0]).toMatchObject({ step: "smoke", code: "ALARM_RAISED" });
    expect(world.of("run.failed")[0]?.detail).toBe("5xx is in ALARM (Threshold Crossed)");
    expect(capacities(world).at(-1)).toBe("capacity 1 version 2");
    await world.clock.sleep(LEASE_RUNS_OUT_MS);
    expect((await go(both, { resume: true })).outcome).toBe("halted");
    alarms.states.set("5xx", "ok");
    await world.clock.sleep(LEASE_RUNS_OUT_MS);
    expect((await go(both, { resume: true })).outcome).toBe("done");
  }, 20_000);

  test("one that goes to ALARM while the second node is built holds the run", async () => {
    const both = estate();
    both.world.once("soak.finished", () => both.world.after(MINUTE, () => both.alarms.states.set("5xx", "alarm")));
    expect((await go(both)).outcome).toBe("halted");
    expect(both.world.of("run.failed")[0]).toMatchObject({ step: "scaleOut", code: "ALARM_RAISED" });
  });

  test("those that a repave sets off are shown at the gate, and count at the end, with time to recover", async () => {
    const both = estate();
    const { world, alarms } = both;
    world.once("zero.asked", () => alarms.states.set("hosts", "alarm"));
    world.once(
      "step.started",
      () => world.after(6 * MINUTE, () => alarms.states.set("hosts", "ok")),
      ({ step }) => step === "verify",
    );
    expect((await go(both)).outcome).toBe("done");
    const shown = world.of("gate.observed").flatMap(({ observations }) => observations);
    expect(shown.find(({ id }) => id === "alarm-hosts")).toMatchObject({ held: true, skipped: true });
    const other = estate();
    other.world.once("zero.asked", () => other.alarms.states.set("hosts", "alarm"));
    expect((await go(other)).outcome).toBe("halted");
    expect(other.world.of("run.failed")[0]).toMatchObject({ step: "verify", code: "ALARM_RAISED" });
    expect(other.world.acts.filter((act) => act.startsWith("resume "))).toEqual([]);
  }, 20_000);

  test("a red one can be accepted by name", async () => {
    const both = estate();
    both.alarms.states.set("5xx", "alarm");
    const overrides = [{ id: "alarms", because: "it is broken" }];
    expect((await go(both, {}, { overrides })).outcome).toBe("done");
    expect(both.world.of("override.used")).toMatchObject(overrides);
  });
});
