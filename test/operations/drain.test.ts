import { drainOf } from "../../orchestration/operations/drain";
import { World } from "../fakes/world";
import { FENCED, OPENED } from "../support/attempt";
import { perform } from "../support/operation";

const drain = (world: World, ids?: readonly string[]) => perform(world, (seen) => drainOf(seen, ids));

test("one node: drained and proven, the other works on", async () => {
  const world = new World();
  expect((await drain(world, ["i-2"])).outcome).toBe("done");
  expect(world.acts).toEqual([FENCED, "drain i-2", OPENED]);
  expect(world.of("drain.proven").map(({ instanceId }) => instanceId)).toEqual(["i-2"]);
  expect(world.group.machine("i-1").drainingSince).toBeUndefined();
});

test("a command that returns early is no proof", async () => {
  const world = new World();
  world.tfe.drainsEarly = true;
  world.tfe.busy.add("i-1");
  world.after(7200_000, () => world.tfe.busy.clear());
  expect((await drain(world, ["i-1"])).outcome).toBe("done");
  expect(world.of("drain.proven")[0]?.seconds).toBeGreaterThanOrEqual(7200);
});

test("all nodes: one after the other, and the cost is said before", async () => {
  const world = new World();
  let asked = "";
  const prompt = { confirm: (question: string) => ((asked = question), Promise.resolve(true)) };
  const { outcome } = await perform(world, (seen) => drainOf(seen, undefined), { prompt });
  expect(outcome).toBe("done");
  expect(asked).toBe("These are all nodes: no Terraform run starts until one of them is restarted. Drain i-1, i-2?");
  expect(world.acts).toEqual([FENCED, "drain i-1", "drain i-2", OPENED]);
});

test("a node that somebody terminates meanwhile is not called drained", async () => {
  const world = new World();
  world.tfe.busy.add("i-1");
  world.once("progress", () => (world.group.machine("i-1").killedAt = world.clock.now()));
  expect((await drain(world, ["i-1"])).outcome).toBe("halted");
  expect(world.of("run.failed")).toMatchObject([
    { code: "WORLD_CHANGED", detail: "i-1 is gone and was not proven drained" },
  ]);
  expect(world.of("drain.proven")).toEqual([]);
});

test("a node whose application is stopped is refused: it has nothing to drain", async () => {
  const world = new World();
  await world.tfe.stopApp({ instanceId: "i-2", privateIp: "10.0.1.2" });
  world.acts.length = 0;
  expect((await drain(world)).outcome).toBe("blocked");
  expect(world.of("run.failed")).toMatchObject([
    { code: "NODE_NOT_READY", detail: "i-2 cannot be drained: its application is stopped" },
  ]);
  expect(world.acts).toEqual([]);
});
