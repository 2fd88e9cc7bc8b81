import { FENCE } from "../../orchestration/adapters/aws/fence";
import type { Instance } from "../../orchestration/domain/fleet";
import type { Ports } from "../../orchestration/run/context";
import { World } from "./world";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

let world: World;
let ports: Ports;
beforeEach(() => {
  world = new World();
  ports = world.ports();
});

const seen = async (id: string): Promise<Instance | undefined> =>
  (await ports.fleet.describe()).instances.find((instance) => instance.id === id);
const node = (id: string): { instanceId: string; privateIp: string } => ({ instanceId: id, privateIp: "10.0.1.1" });

describe("time", () => {
  test("moves to the next sleeper when everybody waits", async () => {
    const begin = world.clock.now();
    const woken: string[] = [];
    await Promise.all([
      world.clock.sleep(2 * MINUTE).then(() => woken.push("late")),
      world.clock.sleep(MINUTE).then(() => woken.push("early")),
    ]);
    expect(woken).toEqual(["early", "late"]);
    expect(world.clock.now() - begin).toBe(2 * MINUTE);
  });

  test("of a suspended machine goes on for the world and not for the process", () => {
    const [now, monotonic] = [world.clock.now(), world.clock.monotonic()];
    world.clock.suspend(MINUTE);
    expect(world.clock.now() - now).toBe(MINUTE);
    expect(world.clock.monotonic() - monotonic).toBe(0);
  });

  test("a sleep ends with the reason of its signal", async () => {
    const stop = new AbortController();
    const sleeping = world.clock.sleep(MINUTE, stop.signal);
    stop.abort(new Error("woken"));
    await expect(sleeping).rejects.toThrow("woken");
  });
});

describe("a machine", () => {
  test("boots, starts, and is healthy", async () => {
    world.group.scale(3, "somebody");
    expect(await seen("i-3")).toMatchObject({ state: "pending", lifecycle: "Pending", target: "unhealthy" });
    await expect(world.tfe.appStatus(node("i-3"))).rejects.toMatchObject({ code: "NODE_UNREACHABLE" });
    await world.clock.sleep(MINUTE);
    expect(await seen("i-3")).toMatchObject({ state: "running", lifecycle: "InService", target: "unhealthy" });
    expect(await world.tfe.appStatus(node("i-3"))).toMatchObject({ state: "starting", isTransitioning: true });
    await world.clock.sleep(4 * MINUTE);
    expect(await seen("i-3")).toMatchObject({ state: "running", target: "healthy" });
    expect(await world.tfe.selfCheck(node("i-3"))).toEqual({ status: 200, body: "OK" });
  });

  test("that is taken out deregisters, shuts down, and is gone", async () => {
    world.group.scale(1, "somebody");
    expect(await seen("i-1")).toMatchObject({ state: "running", lifecycle: "Terminating", target: "draining" });
    await world.clock.sleep(10 * SECOND);
    expect(await seen("i-1")).toMatchObject({ state: "shutting-down", lifecycle: "Terminating" });
    await world.clock.sleep(40 * SECOND);
    expect(await seen("i-1")).toMatchObject({ state: "terminated", lifecycle: undefined });
    expect(world.group.alive().map(({ id }) => id)).toEqual(["i-2"]);
  });

  test("that is stuck does not get further than shutting down", async () => {
    world.group.machine("i-1").stuck = true;
    world.group.scale(1, "somebody");
    await world.clock.sleep(60 * MINUTE);
    expect(await seen("i-1")).toMatchObject({ state: "shutting-down" });
  });

  test("that was killed is replaced by a group that is not fenced, and only by one", async () => {
    world.group.suspend(FENCE);
    world.group.kill("i-1");
    await world.clock.sleep(10 * MINUTE);
    expect(world.group.machines).toHaveLength(2);
    expect(await seen("i-1")).toMatchObject({ state: "terminated", lifecycle: "InService" });
    world.group.resume(FENCE, "somebody");
    await world.clock.sleep(SECOND);
    expect(world.group.machines).toHaveLength(3);
  });

  test("does not come where there is no capacity, and comes when there is", async () => {
    world.group.launches = false;
    world.group.scale(3, "somebody");
    await world.clock.sleep(MINUTE);
    expect(world.group.machines).toHaveLength(2);
    world.group.launches = true;
    await world.clock.sleep(MINUTE);
    expect(world.group.machines).toHaveLength(3);
  });
});

describe("a node", () => {
  test("that is not draining takes work all the time, but for pauses", async () => {
    const work: number[] = [];
    for (let second = 0; second < 40; second++) {
      work.push(await ports.tfe.activeWork(node("i-1")));
      await world.clock.sleep(SECOND);
    }
    expect(work.reduce((a, b) => a + b)).toBe(28);
  });

  test("finishes its work when it is drained, and its drain ends then", async () => {
    const begin = world.clock.now();
    await ports.tfe.drain(node("i-1"));
    expect(world.clock.now() - begin).toBe(90 * SECOND);
    await world.clock.sleep(60 * MINUTE);
    expect(await ports.tfe.activeWork(node("i-1"))).toBe(0);
    expect(await ports.tfe.activeWork(node("i-2"))).toBe(1);
  });

  test("may say that it is drained before its work is over", async () => {
    world.tfe.drainsEarly = true;
    await ports.tfe.drain(node("i-1"));
    expect(await ports.tfe.activeWork(node("i-1"))).toBe(1);
  });

  test("takes work again after a restart", async () => {
    await ports.tfe.drain(node("i-1"));
    await ports.tfe.stop(node("i-1"));
    expect(await world.tfe.appStatus(node("i-1"))).toMatchObject({ state: "stopped", desiredState: "stopped" });
    await ports.tfe.start(node("i-1"));
    await world.clock.sleep(19 * SECOND);
    expect(await ports.tfe.activeWork(node("i-1"))).toBe(1);
  });

  test("whose application is not started cannot be drained", async () => {
    world.group.scale(3, "somebody");
    await world.clock.sleep(MINUTE);
    await expect(ports.tfe.drain(node("i-3"))).rejects.toMatchObject({ code: "NODE_COMMAND_FAILED" });
  });
});

describe("the stack", () => {
  test("stages a build without touching a node", async () => {
    const change = { releaseSequence: 642, activeTemplateVersion: 1 };
    expect((await ports.stack.preview(change)).map(({ type }) => type)).toEqual([
      "aws:ec2/launchTemplate:LaunchTemplate",
    ]);
    await ports.stack.apply(change);
    expect(await ports.stack.outputs()).toMatchObject({ latestTemplateVersion: 2, activeTemplateVersion: 1 });
    expect(world.group.machines).toHaveLength(2);
    expect(await ports.stack.preview({})).toEqual([]);
  });

  test("makes what somebody edited with the next update, and shows it until then", async () => {
    const edited = { type: "aws:rds/instance:Instance", name: "db", op: "update", properties: ["engine"] } as const;
    world.stack.alsoChanges = [edited];
    expect(await ports.stack.preview({})).toEqual([edited]);
    world.stack.fails = { when: "before", until: "next" };
    await expect(ports.stack.apply({})).rejects.toMatchObject({ code: "STACK_UPDATE_FAILED" });
    expect(await ports.stack.preview({})).toEqual([edited]);
    expect(await ports.stack.apply({})).toEqual([edited]);
    expect(await ports.stack.preview({})).toEqual([]);
  });

  test("knows nothing of a capacity that somebody else set, and leaves it", async () => {
    world.group.scale(1, "somebody");
    expect(await ports.stack.preview({})).toEqual([]);
    expect(await ports.stack.apply({ nodeCount: 2 })).toEqual([]);
    expect(world.group.desired).toBe(1);
    await ports.stack.apply({ nodeCount: 1 });
    await ports.stack.apply({ nodeCount: 2 });
    expect(world.group.desired).toBe(2);
  });

  test("says which properties of the group would change", async () => {
    expect(await ports.stack.preview({ nodeCount: 0 })).toMatchObject([
      { type: "aws:autoscaling/group:Group", op: "update", properties: ["desiredCapacity", "maxSize", "minSize"] },
    ]);
  });

  test("keeps what was written by an update that failed, and its outputs what was deployed", async () => {
    world.stack.fails = { when: "before", until: "next" };
    await expect(ports.stack.apply({ nodeCount: 1 })).rejects.toMatchObject({ code: "STACK_UPDATE_FAILED" });
    expect(await ports.stack.config()).toMatchObject({ nodeCount: 1 });
    expect(await ports.stack.outputs()).toMatchObject({ nodeCount: 2 });
    expect(world.group.desired).toBe(2);
  });

  test("is updated by one at a time", async () => {
    const first = ports.stack.apply({ nodeCount: 1 });
    await expect(ports.stack.apply({ nodeCount: 2 })).rejects.toMatchObject({ code: "STACK_LOCKED" });
    await first;
  });

  test("cannot pin a version that is not there", async () => {
    await expect(ports.stack.apply({ activeTemplateVersion: 7 })).rejects.toThrow("there is no template version 7");
  });
});

describe("the service", () => {
  test("answers as long as one node serves, and the probe knows every second", async () => {
    ports.probe.start();
    await world.clock.sleep(5 * SECOND);
    world.group.scale(0, "somebody");
    await world.clock.sleep(3 * SECOND);
    expect(ports.probe.samples().map(({ answered }) => answered)).toEqual([
      ...[true, true, true, true, true],
      ...[false, false, false, false],
    ]);
    expect(world.secondsDown(world.clock.now() - 8 * SECOND)).toBe(3);
  });
});
