import { DEFAULT_POLICY } from "../../orchestration/run/policy";
import { RepaveError } from "../../orchestration/domain/errors";
import { FENCE } from "../../orchestration/adapters/aws/fence";
import { leftByOperation } from "../../orchestration/operations/fence";
import { restartOf } from "../../orchestration/operations/restart";
import { memoryRunStore } from "../fakes/runStore";
import { World } from "../fakes/world";
import { attempt, FENCED, OPENED } from "../support/attempt";
import { perform } from "../support/operation";

const restart = (world: World, ids?: readonly string[], change: Parameters<typeof perform>[2] = {}) =>
  perform(world, (seen) => restartOf(seen, ids), change);

const ofNode = (id: string): string[] => [
  `drain ${id}`,
  `deregister ${id}`,
  `stop ${id}`,
  `start ${id}`,
  `register ${id}`,
];

/** The first node that is restarted does not become healthy again. */
const spoilFirst = (world: World): void =>
  world.once(
    "node.restarting",
    () => world.group.sicken("i-1"),
    ({ instanceId }) => instanceId === "i-1",
  );

async function expectUntouched(world: World, journals = memoryRunStore()): Promise<void> {
  expect(world.acts).toEqual([]);
  expect(world.group.suspended).toEqual([]);
  expect(await journals.list()).toEqual([]);
}

describe("restarting every node", () => {
  test("goes one at a time, drained first, behind the fence, and leaves neither run nor lease", async () => {
    const world = new World();
    const journals = memoryRunStore();
    const finished = await restart(world, undefined, { journals });
    expect(finished).toMatchObject({ outcome: "done", from: "v202204-2", release: "v202204-2", hops: [] });
    expect(finished.nodes.map(({ instanceId, healthy }) => [instanceId, healthy])).toEqual([
      ["i-1", true],
      ["i-2", true],
    ]);
    expect(world.acts).toEqual([FENCED, ...ofNode("i-1"), ...ofNode("i-2"), OPENED]);
    expect(world.violations).toEqual([]);
    expect(await world.store.list()).toEqual([]);
    expect(await world.store.lease()).toBeUndefined();
    const [record] = await journals.list();
    expect(record?.runId).toBe("op-restart-20261122-020000-" + (record?.runId.split("-").at(-1) ?? ""));
  });

  test("touches the second only when the first has passed the gate with three greens", async () => {
    const world = new World();
    await restart(world);
    const told = world.events.flatMap((event) => {
      if (event.event === "gate.passed" || event.event === "drain.started")
        return [`${event.event} ${event.instanceId}`];
      return event.event === "gate.observed" && event.greens > 0 ? [`green ${event.instanceId} ${event.greens}`] : [];
    });
    const greens = (id: string): string[] => [1, 2, 3].map((n) => `green ${id} ${n}`);
    expect(told).toEqual(["i-1", "i-2"].flatMap((id) => [`drain.started ${id}`, ...greens(id), `gate.passed ${id}`]));
  });

  test("loses no work: a node is stopped when its drain is proven", async () => {
    const world = new World();
    const begin = world.clock.now();
    world.tfe.drainsEarly = true;
    world.tfe.busy.add("i-1");
    world.after(3600_000, () => world.tfe.busy.clear());
    expect((await restart(world)).outcome).toBe("done");
    expect(world.clock.now() - begin).toBeGreaterThan(3600_000);
    expect(world.violations).toEqual([]);
  });

  test("begins with the node that is not healthy, which heals it or stops there", async () => {
    const world = new World();
    world.group.sicken("i-2");
    world.once("node.restarting", () => world.group.heal("i-2"));
    expect((await restart(world)).outcome).toBe("done");
    expect(world.acts).toEqual([FENCED, ...ofNode("i-2"), ...ofNode("i-1"), OPENED]);
  });

  test("leaves suspended what it found suspended", async () => {
    const world = new World();
    world.group.suspend(["AZRebalance"]);
    await restart(world);
    expect(world.group.suspended).toEqual(["AZRebalance"]);
  });
});

describe("a node that does not come back", () => {
  test("since it says that it will not start, is not waited for", async () => {
    const world = new World();
    world.once("node.restarting", () => world.startupFailures.set("i-1", "startup check redis failed"));
    const since = world.clock.now();
    expect((await restart(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([
      { step: "restart", code: "RESTART_TIMEOUT", detail: "i-1: startup check redis failed" },
    ]);
    expect(world.clock.now() - since).toBeLessThan(DEFAULT_POLICY.gate.timeoutMs / 2);
  });

  test("halts the command: the other is not touched, and the group cannot replace either", async () => {
    const world = new World();
    spoilFirst(world);
    expect((await restart(world)).outcome).toBe("halted");
    expect(world.acts).toEqual([FENCED, ...ofNode("i-1")]);
    expect(world.of("run.failed")).toMatchObject([
      {
        step: "restart",
        code: "RESTART_TIMEOUT",
        detail: "i-1: target healthy at the load balancer: unhealthy",
        fleet: "i-1 restarting, i-2 not touched; the group's processes stay suspended",
      },
    ]);
    expect([...world.group.suspended].sort()).toEqual([...FENCE].sort());
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-1", "i-2"]);
    expect(await world.store.lease()).toBeUndefined();
  });

  test("is begun with by the next command, which puts back what the first one found", async () => {
    const world = new World();
    const journals = memoryRunStore();
    world.group.suspend(["AZRebalance"]);
    spoilFirst(world);
    await restart(world, undefined, { journals });
    const [halted] = await journals.list();
    expect(await leftByOperation(journals)).toEqual({ runId: halted?.runId, found: ["AZRebalance"] });
    world.once("node.restarting", () => world.group.heal("i-1"));
    world.acts.length = 0;
    expect((await restart(world, ["i-1"], { journals })).outcome).toBe("done");
    expect(world.acts.slice(0, -1)).toEqual([FENCED, ...ofNode("i-1")]);
    expect(world.group.suspended).toEqual(["AZRebalance"]);
    expect(await leftByOperation(journals)).toBeUndefined();
  });
});

describe("Ctrl-C", () => {
  test("in the drain of the first node: says what became of each, and opens the fence", async () => {
    const world = new World();
    const stop = new AbortController();
    world.tfe.busy.add("i-1");
    world.once("progress", () => stop.abort(new RepaveError("INTERRUPTED", "stopped by a signal")));
    const { outcome } = await restart(world, undefined, { signal: stop.signal });
    expect(outcome).toBe("interrupted");
    expect(world.acts).toEqual([FENCED, "drain i-1", OPENED]);
    expect(world.of("run.failed")).toMatchObject([
      {
        code: "INTERRUPTED",
        fleet: "i-1 drained or about to be, i-2 not touched; the group's processes are restored",
      },
    ]);
    expect(await world.store.lease()).toBeUndefined();
  });
});

describe("refused, with nothing changed", () => {
  test("while somebody holds the lease", async () => {
    const world = new World();
    const journals = memoryRunStore();
    const now = world.clock.now();
    await world.store.acquire({ runId: "run-of-somebody-else", holder: "else@there", now, ttlMs: 60_000 });
    expect((await restart(world, undefined, { journals })).outcome).toBe("blocked");
    expect(world.of("run.failed")).toMatchObject([{ code: "LEASE_HELD", fleet: "unchanged" }]);
    await expectUntouched(world, journals);
  });

  test("while a run is unfinished, which an upgrade goes on with", async () => {
    const world = new World();
    world.group.machine("i-2").stuck = true;
    expect((await attempt(world)).outcome).toBe("halted");
    const acts = [...world.acts];
    expect((await restart(world)).outcome).toBe("blocked");
    expect(world.of("run.failed").at(-1)?.code).toBe("RUN_UNFINISHED");
    expect(world.of("run.failed").at(-1)?.detail).toMatch(/; continue: npm run upgrade -- --resume --stack test; /);
    expect(world.acts).toEqual(acts);
  });

  test("where the operator says no", async () => {
    const world = new World();
    let asked = "";
    const prompt = { confirm: (question: string) => ((asked = question), Promise.resolve(false)) };
    expect((await restart(world, undefined, { prompt })).outcome).toBe("declined");
    expect(asked).toBe("One node at a time: drain, restart, wait until healthy. Restart i-1, i-2?");
    await expectUntouched(world);
  });

  test("where the node is the only one that is healthy", async () => {
    const world = new World();
    world.group.sicken("i-2");
    expect((await restart(world, ["i-1"])).outcome).toBe("blocked");
    expect(world.of("run.failed")).toMatchObject([
      { code: "NODE_NOT_READY", detail: "i-1 is the only healthy node: without it the service would be down" },
    ]);
    await expectUntouched(world);
  });

  test("where the application is on its way up, and may migrate", async () => {
    const world = new World();
    world.group.scale(3, "somebody");
    await world.clock.sleep(world.group.timings.boot + 1000);
    expect((await restart(world, ["i-3"])).outcome).toBe("blocked");
    expect(world.of("run.failed").at(-1)?.detail).toBe(
      "i-3: its application is starting; it may be migrating the database",
    );
  });

  test("where there is no such node, as a mistake of the command line", async () => {
    const world = new World();
    await expect(restart(world, ["i-9"])).rejects.toMatchObject({
      code: "USAGE",
      detail: "--node i-9: no such node. Nodes: i-1, i-2",
    });
    await expectUntouched(world);
  });
});

test("an upgrade that is begun meanwhile is refused, and the restart goes on", async () => {
  const world = new World();
  let upgrade: Promise<string> | undefined;
  world.once("drain.started", () => {
    upgrade = attempt(world).then(({ outcome }) => outcome);
  });
  expect((await restart(world)).outcome).toBe("done");
  expect(await upgrade).toBe("blocked");
});

describe("no request is lost", () => {
  test("a node is stopped only when the last request that it was given may have been answered", async () => {
    const world = new World();
    let deregisteredAt = 0;
    world.once("node.deregistered", () => (deregisteredAt = world.clock.now()));
    world.once("node.restarting", () => {
      expect(world.clock.now() - deregisteredAt).toBeGreaterThanOrEqual(world.group.timings.deregister);
    });
    expect((await restart(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.of("node.registered")).toHaveLength(2);
  });

  test("the only node is not taken out: it would only answer less, and that is said before", async () => {
    const world = new World({ nodes: 1 });
    const asked: string[] = [];
    const confirm = (question: string): Promise<boolean> => Promise.resolve(asked.push(question) > 0);
    expect((await restart(world, undefined, { prompt: { confirm } })).outcome).toBe("done");
    expect(asked[0]).toContain("It is the only node: the service is down until it is back.");
    expect(world.acts.filter((act) => act.startsWith("deregister"))).toEqual([]);
    expect(world.told).toContain("no other node answers requests");
  });

  it.each<{ when: string; event: "node.deregistered" | "node.restarting" }>([
    { when: "while its last requests are waited for", event: "node.deregistered" },
    { when: "while its application stops", event: "node.restarting" },
  ])("a stop $when leaves it behind the load balancer", async ({ event }) => {
    const world = new World();
    const stop = new AbortController();
    world.once(event, () => stop.abort(new RepaveError("INTERRUPTED", "stopped")));
    expect((await restart(world, undefined, { signal: stop.signal })).outcome).toBe("interrupted");
    expect(world.acts).toContain("register i-1");
    expect(world.group.machines.map((machine) => world.group.isTarget(machine))).toEqual([true, true]);
    expect((await restart(world)).outcome).toBe("done");
    expect(world.violations.filter((what) => what.startsWith("unanswered"))).toEqual([]);
  });

  it.each(["deregister i-1", "stop i-1", "start i-1"])(
    "killed after %s, the same command registers it",
    async (act) => {
      const world = new World();
      const journals = memoryRunStore();
      const ports = world.ports();
      const isDead = (): boolean => world.acts.includes(act);
      const dies = <T extends object>(port: T): T =>
        new Proxy(port, {
          get: (subject, name) => {
            const method: unknown = Reflect.get(subject, name);
            if (typeof method !== "function") return method;
            return (...args: unknown[]): unknown =>
              isDead() ? Promise.reject(new Error("killed")) : Reflect.apply(method, subject, args);
          },
        });
      const dead = { ...ports, fleet: dies(ports.fleet), tfe: dies(ports.tfe), store: dies(ports.store) };
      await restart(world, undefined, { ports: { ...dead, operations: journals } }).catch(() => undefined);
      expect(isDead()).toBe(true);
      world.acts.length = 0;
      await world.clock.sleep(3600_000);
      expect((await restart(world, undefined, { journals })).outcome).toBe("done");
      expect(world.acts).toContain("register i-1");
      expect(world.group.suspended).toEqual([]);
      expect(world.group.machines.map((machine) => world.group.isTarget(machine))).toEqual([true, true]);
    },
  );
});
