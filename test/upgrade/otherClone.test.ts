import type { BuildConfig } from "../../infra/contract";
import { namedStack } from "../../orchestration/adapters/pulumi/namedStack";
import { recordedStack } from "../../orchestration/adapters/pulumi/recordedStack";
import { SEQUENCE_KEYS } from "../../orchestration/dialects/replicated/sequences";
import type { RunEvent, RunFinished } from "../../orchestration/domain/events";
import type { Run } from "../../orchestration/run/run";
import { World } from "../fakes/world";
import { attempt, attemptUntil, call, type Circumstances, takeBack } from "../support/attempt";

/** The world's stack as a process has it whose clone shares nothing with the others but the run store. */
function process(world: World): Circumstances {
  let run: Run | undefined;
  const holder = (): Run | undefined => (run?.fencingSecret === undefined ? undefined : run);
  const { stack, store, clock } = world;
  const recorded = recordedStack({ engine: stack, store, run: holder, now: () => clock.now() });
  return { ports: { ...world.ports(), stack: namedStack(recorded, SEQUENCE_KEYS) }, begin: (begun) => (run = begun) };
}

/** What is in the file of a clone that has seen no run. */
const OLD: BuildConfig = { releaseSequence: 610, image: "ami-a", nodeCount: 2 };

function takeOldClone(world: World): void {
  world.stack.written = OLD as World["stack"]["written"];
}

/** A run that was stopped as this event was told; the next process works in a clone of before. */
async function stoppedAt(world: World, event: RunEvent["event"]): Promise<RunFinished> {
  const stopped = await attemptUntil(world, event, {}, process(world));
  takeOldClone(world);
  return stopped;
}

it.each(["drain.started", "zero.reached", "one.launched", "gate.passed"] as const)(
  "a run that stopped at %s goes on in a clone of before, and the pin never moves back",
  async (event) => {
    const world = new World();
    expect((await stoppedAt(world, event)).outcome).toBe("interrupted");
    await world.clock.sleep(120_000);
    expect((await attempt(world, { resume: true }, process(world))).outcome).toBe("done");
    expect(world.violations).toEqual([]);
    expect(world.group.alive().map(({ version }) => version)).toEqual([2, 2]);
    const pins = world.acts.flatMap((act) => /^capacity \d+ version (\d+)/.exec(act)?.[1] ?? []).map(Number);
    expect(pins).toEqual([...pins].sort((a, b) => a - b));
    expect(world.stack.written).toMatchObject({ releaseSequence: 642, activeTemplateVersion: 2, nodeCount: 2 });
  },
);

it("a run that is taken back in a clone of before leaves there what it leaves everywhere", async () => {
  const world = new World();
  await stoppedAt(world, "drain.started");
  await world.clock.sleep(120_000);
  expect((await takeBack(world, process(world))).outcome).toBe("aborted");
  expect(world.stack.written).toMatchObject({ releaseSequence: 610, activeTemplateVersion: 1, nodeCount: 2 });
  expect((await world.store.build())?.values).toMatchObject({ releaseSequence: 610, activeTemplateVersion: 1 });
});

describe("a new run from a clone that is behind", () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    await attempt(world, {}, process(world));
    takeOldClone(world);
    world.acts.length = 0;
  });

  it("is refused to a person, with what the file lacks", async () => {
    const finished = await attempt(world, { release: 692 }, process(world));
    expect(finished.outcome).toBe("blocked");
    expect(world.told).toMatch(
      /stack-file: the stack file is older than run run-\S+: releaseSequence 610 here, 642 there; /,
    );
    expect(world.acts).toEqual([]);
    expect(world.stack.written).toEqual(OLD);
  });

  it("takes up no image that only the run store names, and changes nothing", async () => {
    const build = await world.store.build();
    if (!build) throw new Error("there is no record");
    const forged = { ...build, number: build.number + 1, values: { ...build.values, image: "ami-0evil" } };
    await world.store.recordBuild(forged);
    expect((await call(world, { release: 692 }, process(world))).outcome).toBe("blocked");
    expect(world.of("run.failed").at(-1)).toMatchObject({
      code: "IMAGE_NOT_VOUCHED",
      detail: expect.stringContaining("ami-0evil") as string,
    });
    expect([world.acts, world.stack.written]).toEqual([[], OLD]);
  });

  it("takes the newer values up where nobody watches, says so, and goes on from them", async () => {
    const finished = await call(world, { release: 692 }, process(world));
    expect(finished.outcome).toBe("done");
    expect(world.told).toContain("the stack file was out of date and has been updated: releaseSequence 610 → 642");
    expect(world.violations).toEqual([]);
    expect(world.stack.written).toMatchObject({ releaseSequence: 692, nodeCount: 2 });
  });
});
