import type { Request } from "../../orchestration/upgrade/planning";
import type { RunFinished } from "../../orchestration/domain/events";
import { DEFAULT_POLICY, type Policy } from "../../orchestration/run/policy";
import { anImage, World } from "../fakes/world";
import { attempt, FENCED, hopActs, OPENED } from "../support/attempt";

jest.setTimeout(60_000);

const DAY_MS = 86_400_000;
const SOURCE: Policy = { ...DEFAULT_POLICY, imageSource: { kind: "parameter", name: "/base" } };

/** A fleet on 642 and image ami-a, and one process giving the command `patch` once. */
const fleet = (): World => new World({ release: 642 });
function patch(world: World, request: Partial<Request>, policy = SOURCE): Promise<RunFinished> {
  const patching = { patch: true, ...request };
  return attempt(world, { ...patching, release: undefined }, { policy });
}
const builds = (world: World): readonly string[] =>
  world.group.alive().map(({ build }) => `${build.release} ${build.image}`);

describe("patching to the newest image", () => {
  test("that the nodes do not have repaves them with the release that they run, and pins its id", async () => {
    const world = fleet();
    world.images = [...world.images, anImage("ami-b", "2026-11-01")];
    const finished = await patch(world, { latest: true });
    expect(finished).toMatchObject({ outcome: "done", from: "v202207-2", release: "v202207-2", hops: ["v202207-2"] });
    expect(world.violations).toEqual([]);
    expect(world.acts).toEqual([FENCED, ...hopActs(1, ["i-1", "i-2"]), "capacity 2 version 2", OPENED]);
    expect(builds(world)).toEqual(["642 ami-b", "642 ami-b"]);
    expect(world.stack.written).toMatchObject({ image: "ami-b", releaseSequence: 642 });
    expect(world.told).toContain("Image ami-a (base-2026-10-01, 2026-10-01) → ami-b (base-2026-11-01, 2026-11-01)");
  });

  test("that every node has does nothing, and says which it is", async () => {
    const world = fleet();
    expect(await patch(world, { latest: true })).toMatchObject({
      outcome: "nothing-to-do",
      hops: [],
      outageSeconds: 0,
    });
    expect(world.acts).toEqual([]);
    expect(await world.store.list()).toEqual([]);
    expect(world.told).toContain("Image ami-a (base-2026-10-01, 2026-10-01): the nodes already use it");
  });

  test("asks the stack and the fleet once when there is nothing to do", async () => {
    const world = fleet();
    const ports = world.ports();
    let outputs = 0;
    let looks = 0;
    const counted = {
      ...ports,
      stack: { ...ports.stack, outputs: () => ((outputs += 1), ports.stack.outputs()) },
      fleet: { ...ports.fleet, describe: () => ((looks += 1), ports.fleet.describe()) },
    };
    const request = { patch: true, latest: true, release: undefined } as unknown as Partial<Request>;
    await attempt(world, request, { ports: counted, policy: SOURCE });
    expect({ outputs, looks }).toEqual({ outputs: 1, looks: 1 });
  });

  test("leaves a build staged that somebody else has staged", async () => {
    const world = fleet();
    await world.stack.apply({ releaseSequence: 692 });
    world.acts.length = 0;
    expect((await patch(world, { latest: true })).outcome).toBe("nothing-to-do");
    expect(world.acts).toEqual([]);
    expect(world.told).toContain("a build is staged, and `patch` does not activate it");
  });

  test("is refused where the stack names no source, or one for another architecture", async () => {
    const world = fleet();
    expect((await patch(world, { latest: true }, DEFAULT_POLICY)).outcome).toBe("blocked");
    world.images = [...world.images, anImage("ami-arm", "2026-11-01", "arm64")];
    expect((await patch(world, { image: "ami-arm" })).outcome).toBe("blocked");
    expect(world.of("run.failed").map(({ code, detail }) => `${code} ${detail}`)).toEqual([
      "IMAGE_UNRESOLVED the stack sets neither imageParameter nor imageOwner and imageName",
      "IMAGE_UNRESOLVED ami-arm is for arm64, but the nodes are x86_64",
    ]);
    expect(world.acts).toEqual([]);
  });

  test("goes together with a release: one repave for both", async () => {
    const world = new World();
    world.images = [...world.images, anImage("ami-b", "2026-11-01")];
    expect((await attempt(world, { latest: true }, { policy: SOURCE })).outcome).toBe("done");
    expect(world.acts).toEqual([FENCED, ...hopActs(1, ["i-1", "i-2"]), "capacity 2 version 2", OPENED]);
    expect(builds(world)).toEqual(["642 ami-b", "642 ami-b"]);
    const again = new World();
    expect((await attempt(again, { image: "ami-c" })).outcome).toBe("done");
    expect(builds(again)).toEqual(["642 ami-c", "642 ami-c"]);
  });

  test("warns of an image older than the one it replaces", async () => {
    const world = fleet();
    world.images = [anImage("ami-old", "2026-01-01"), ...world.images];
    await patch(world, { image: "ami-old" });
    expect(world.of("warning").map(({ text }) => text)).toContain("the new image is older than the nodes' image");
  });
});

describe("an age limit", () => {
  test("replaces nodes that have lived longer, by another build of the same release and image", async () => {
    const world = fleet();
    await world.clock.sleep(31 * DAY_MS);
    const finished = await patch(world, { latest: true, maxAgeMs: 30 * DAY_MS });
    expect(finished).toMatchObject({ outcome: "done", release: "v202207-2" });
    expect(world.violations).toEqual([]);
    expect(world.acts).toEqual([FENCED, ...hopActs(1, ["i-1", "i-2"]), "capacity 2 version 2", OPENED]);
    expect(world.group.alive().map(({ id, build }) => ({ id, build }))).toEqual([
      { id: "i-3", build: { release: 642, image: "ami-a", rebuild: 2 } },
      { id: "i-4", build: { release: 642, image: "ami-a", rebuild: 2 } },
    ]);
    expect(world.told).toContain("Reason: node age: i-1 is 31 days old and 1 more, the limit is 30 days");
  });

  test("leaves younger nodes alone; and those that it has replaced, until they are as old", async () => {
    const world = fleet();
    await world.clock.sleep(29 * DAY_MS);
    expect((await patch(world, { maxAgeMs: 30 * DAY_MS })).outcome).toBe("nothing-to-do");
    await world.clock.sleep(2 * DAY_MS);
    expect((await patch(world, { maxAgeMs: 30 * DAY_MS })).outcome).toBe("done");
    expect((await patch(world, { maxAgeMs: 30 * DAY_MS })).outcome).toBe("nothing-to-do");
    await world.clock.sleep(31 * DAY_MS);
    expect((await patch(world, { maxAgeMs: 30 * DAY_MS })).outcome).toBe("done");
    expect(world.stack.written.rebuild).toBe(3);
    expect(world.violations).toEqual([]);
  });

  test("needs no other build where the image is a new one", async () => {
    const world = fleet();
    await world.clock.sleep(31 * DAY_MS);
    world.images = [...world.images, anImage("ami-b", "2026-11-01")];
    expect((await patch(world, { latest: true, maxAgeMs: 30 * DAY_MS })).outcome).toBe("done");
    expect(world.stack.written.rebuild).toBeUndefined();
    expect(world.told).not.toContain("Rebuilt for");
  });
});

test("a patch does not go on with an upgrade that is not finished", async () => {
  const world = new World();
  world.group.machine("i-1").stuck = true;
  expect((await attempt(world)).outcome).toBe("halted");
  expect((await patch(world, { latest: true })).outcome).toBe("blocked");
  expect(world.of("run.failed").at(-1)).toMatchObject({ code: "RUN_UNFINISHED" });
});
