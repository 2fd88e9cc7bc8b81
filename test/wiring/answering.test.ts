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
  it("makes the last check that it was given, before anything is changed", async () => {
    const world = new World();
    const stack = await stackOver(world, run);
    const seen: number[] = [];
    await stack.apply({ nodeCount: 0 }, () => Promise.resolve(void seen.push(world.group.desired)));
    expect(seen).toEqual([2]);
    expect(world.group.desired).toBe(0);
  });

  it("is not made where that fails", async () => {
    const world = new World();
    const stack = await stackOver(world, run);
    const lastCheck = () => Promise.reject(new Error("a node works again"));
    await expect(stack.apply({ nodeCount: 0 }, lastCheck)).rejects.toThrow("a node works again");
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
