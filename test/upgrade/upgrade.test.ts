import { DEFAULT_POLICY, type Policy, type Ports } from "../../orchestration/upgrade/context";
import type { Request } from "../../orchestration/upgrade/planning";
import { upgrade } from "../../orchestration/upgrade/upgrade";
import type { RunFinished } from "../../orchestration/domain/events";
import { World } from "../fakes/world";

async function run(
  world: World,
  request: Partial<Request> = {},
  ports: Ports = world.ports(),
  policy: Policy = DEFAULT_POLICY,
): Promise<RunFinished> {
  return upgrade(
    { stack: "test", release: 642, ...request },
    {
      ports,
      policy,
      operator: { confirm: () => Promise.resolve(true) },
      signal: new AbortController().signal,
      begin: () => undefined,
    },
  );
}

test("a fleet of two is drained, scaled to zero, built at one on the new release, gated, scaled to two", async () => {
  const world = new World();
  const finished = await run(world);
  expect(world.events.filter((e) => e.event === "run.failed")).toEqual([]);
  expect(finished.outcome).toBe("done");
  expect(world.violations).toEqual([]);
  expect(finished.nodes).toEqual([
    { instanceId: "i-3", release: 642, healthy: true },
    { instanceId: "i-4", release: 642, healthy: true },
  ]);
  expect(world.acts).toEqual([
    "suspend 6",
    "capacity 2 version 1",
    "drain i-1",
    "drain i-2",
    "capacity 0 version 1",
    "terminate i-1",
    "terminate i-2",
    "capacity 1 version 2",
    "capacity 2 version 2",
    "resume 6",
  ]);
  expect(world.suspended).toEqual([]);
  expect(await world.store.lease()).toBeUndefined();
});
