import { RepaveError } from "../../orchestration/domain/errors";
import type { Ports } from "../../orchestration/run/context";
import { restartOf } from "../../orchestration/operations/restart";
import { DEFAULT_POLICY } from "../../orchestration/run/policy";
import { World } from "../fakes/world";
import { attempt, takeBack } from "../support/attempt";
import { perform } from "../support/operation";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Ports whose method fails once for a passing reason; while that is waited out, somebody restarts i-1, which takes work. */
function failingOnce<P extends keyof Ports>(world: World, port: P, method: keyof Ports[P], when: () => boolean): Ports {
  const ports = world.ports();
  const real = ports[port];
  let failed = false;
  const fails = (...args: unknown[]): unknown => {
    if (!failed && when()) {
      failed = true;
      world.after(SECOND, () => world.tfe.restart("i-1"));
      return Promise.reject(new RepaveError("AWS_CALL_FAILED", String(method)));
    }
    return (Reflect.get(real as object, method) as (...all: unknown[]) => unknown)(...args);
  };
  return { ...ports, [port]: { ...(real as object), [method]: fails } };
}

const asked = (world: World) => (): boolean => world.of("zero.asked").length > 0;
const drained = (world: World) => (): boolean => world.of("drain.proven").length > 1;
const drainsOf = (world: World, id: string): number => world.acts.filter((act) => act === `drain ${id}`).length;

describe("a node that somebody restarts while a failure is waited out is drained again before it is terminated", () => {
  it.each<{ what: string; ports: (world: World) => Ports }>([
    { what: "the update to zero", ports: (world) => failingOnce(world, "stack", "apply", asked(world)) },
    { what: "a preview after the drain", ports: (world) => failingOnce(world, "stack", "preview", drained(world)) },
    { what: "the observation of the fleet", ports: (world) => failingOnce(world, "fleet", "describe", drained(world)) },
    { what: "the last count", ports: (world) => failingOnce(world, "tfe", "activeWork", asked(world)) },
    { what: "the run's own record", ports: (world) => failingOnce(world, "store", "append", drained(world)) },
    { what: "the lease", ports: (world) => failingOnce(world, "store", "renew", drained(world)) },
  ])("$what", async ({ ports }) => {
    const world = new World();
    expect((await attempt(world, {}, { ports: ports(world) })).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(drainsOf(world, "i-1")).toBeGreaterThan(1);
  });

  test("a node that does not answer the last count", async () => {
    const world = new World();
    world.once("zero.asked", () => {
      world.tfe.unreachable.add("i-2");
      world.after(30 * SECOND, () => world.tfe.restart("i-1"));
      world.after(MINUTE, () => world.tfe.unreachable.clear());
    });
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(drainsOf(world, "i-1")).toBe(2);
  });

  test("a node that is rebooted within its drain, whose command had ended", async () => {
    const world = new World();
    world.tfe.drainsEarly = true;
    world.once("drain.observed", () => {
      world.after(60 * SECOND, () => world.tfe.unreachable.add("i-1"));
      world.after(70 * SECOND, () => world.tfe.restart("i-1"));
      world.after(90 * SECOND, () => world.tfe.unreachable.clear());
    });
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(drainsOf(world, "i-1")).toBeGreaterThan(1);
  });

  test("zero is announced only when it is going to be asked for", async () => {
    const world = new World();
    world.once(
      "drain.proven",
      () => world.tfe.busy.add("i-1"),
      ({ instanceId }) => instanceId === "i-2",
    );
    expect((await attempt(world)).outcome).toBe("halted");
    expect(world.of("run.failed")).toMatchObject([{ step: "scaleToZero", code: "NOT_DRAINED" }]);
    expect(world.of("zero.asked")).toEqual([]);
  });
});

test("a snapshot that takes longer than a proof is good for has the nodes drained again", async () => {
  const world = new World();
  const ports = world.ports();
  const backups = { ...ports.backups };
  let since: number | undefined;
  backups.snapshotStatus = async (id) => {
    const status = await ports.backups.snapshotStatus(id);
    since ??= status === undefined ? undefined : world.clock.now();
    return since !== undefined && world.clock.now() - since < 30 * MINUTE ? "creating" : status;
  };
  world.once("backup.started", () => world.after(20 * MINUTE, () => world.tfe.restart("i-1")));
  const backup = { ...DEFAULT_POLICY.backup, databaseId: "db", snapshot: true };
  const { outcome } = await attempt(world, {}, { ports: { ...ports, backups }, policy: { ...DEFAULT_POLICY, backup } });
  expect(outcome).toBe("done");
  expect(world.violations).toEqual([]);
  expect(drainsOf(world, "i-1")).toBe(2);
});

test("a restart stops no application that took work again while a failure was waited out", async () => {
  const world = new World();
  const ports = failingOnce(world, "tfe", "stop", () => true);
  expect((await perform(world, (seen) => restartOf(seen, ["i-1"]), { ports })).outcome).toBe("done");
  expect(world.violations).toEqual([]);
  expect(drainsOf(world, "i-1")).toBe(2);
});

describe("an abort restarts the nodes whose drain began, and no other", () => {
  test("after a stop in the drain of the first", async () => {
    const world = new World();
    const stop = new AbortController();
    world.once("drain.started", () => stop.abort(new RepaveError("INTERRUPTED", "stopped")));
    await attempt(world, {}, { signal: stop.signal });
    expect((await takeBack(world)).outcome).toBe("aborted");
    expect(world.acts.filter((act) => act.startsWith("stop"))).toEqual(["stop i-1"]);
    expect(drainsOf(world, "i-2")).toBe(0);
    expect(world.violations).toEqual([]);
  });

  test("and not again the one that an earlier abort brought back", async () => {
    const world = new World();
    const stop = new AbortController();
    world.once(
      "drain.started",
      () => stop.abort(new RepaveError("INTERRUPTED", "stopped")),
      ({ instanceId }) => instanceId === "i-2",
    );
    await attempt(world, {}, { signal: stop.signal });
    world.once("gate.passed", () => world.group.sicken("i-2"));
    expect((await takeBack(world)).outcome).toBe("halted");
    world.group.heal("i-2");
    expect((await takeBack(world)).outcome).toBe("aborted");
    expect(world.acts.filter((act) => act === "stop i-1")).toHaveLength(1);
    expect(world.violations).toEqual([]);
  });
});
