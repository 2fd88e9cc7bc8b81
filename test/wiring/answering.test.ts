import { namedStack } from "../../orchestration/adapters/pulumi/namedStack";
import { recordedStack } from "../../orchestration/adapters/pulumi/recordedStack";
import { SEQUENCE_KEYS } from "../../orchestration/dialects/replicated/sequences";
import { answering } from "../../orchestration/wiring/answering";
import type { EngineStackPort } from "../../orchestration/adapters/pulumi/stack";
import type { FakeStack } from "../fakes/stack";
import { World } from "../fakes/world";

/** As an adapter is: an object of functions. */
const engineOf = (stack: FakeStack): EngineStackPort => ({
  allowed: stack.allowed,
  config: () => stack.config(),
  fingerprint: () => stack.fingerprint(),
  outputs: () => stack.outputs(),
  preview: (change) => stack.preview(change),
  apply: (...args) => stack.apply(...args),
  write: (change) => stack.write(change),
  appConfig: () => stack.appConfig(),
  keepAppConfig: (change) => stack.keepAppConfig(change),
  unwritable: () => stack.unwritable(),
  pendingOperations: () => stack.pendingOperations(),
});

/** The stack as a command has it: every layer over the engine, for a run that holds the lease or for none. */
async function stackOver(world: World, run: { readonly id: string } | undefined) {
  const engine = answering(engineOf(world.stack), await world.stack.outputs());
  const { store } = world;
  return namedStack(recordedStack({ engine, store, run: () => run, now: () => world.clock.now() }), SEQUENCE_KEYS);
}

describe.each([
  ["a run", { id: "run-1" }],
  ["nobody's run", undefined],
])("an update for %s", (_, run) => {
  it("makes the last checks that it was given, one before the engine starts and one when it is ready", async () => {
    const world = new World();
    const stack = await stackOver(world, run);
    const made: string[] = [];
    const note = (what: string) => () => Promise.resolve(void made.push(`${what}: ${world.group.desired} nodes`));
    await stack.apply({ nodeCount: 0 }, note("before"), note("ready"));
    expect(made).toEqual(["before: 2 nodes", "ready: 2 nodes"]);
    expect(world.group.desired).toBe(0);
  });

  it.each([0, 1])("is not made where one of them fails", async (which) => {
    const world = new World();
    const stack = await stackOver(world, run);
    const checks = [0, 1].map(
      (index) => () => (index === which ? Promise.reject(new Error("a node works again")) : Promise.resolve()),
    );
    await expect(stack.apply({ nodeCount: 0 }, checks[0], checks[1])).rejects.toThrow("a node works again");
    expect(world.group.desired).toBe(2);
  });
});

it("knows the outputs that opened the stack until an update came between", async () => {
  const world = new World();
  const opened = { ...(await world.stack.outputs()), groupName: "as it was opened" };
  const engine = answering(engineOf(world.stack), opened);
  expect((await engine.outputs())?.groupName).toBe("as it was opened");
  expect((await engine.outputs())?.groupName).toBe("tfe-test");
  const other = answering(engineOf(world.stack), opened);
  await other.apply({});
  expect((await other.outputs())?.groupName).toBe("tfe-test");
});
