import type { Plan } from "../../orchestration/domain/plan";
import type { SavedPlan } from "../../orchestration/domain/start/savedPlan";
import { observeFleet } from "../../orchestration/fleet/observe";
import { makePlan } from "../../orchestration/upgrade/planning";
import { savedPlan } from "../../orchestration/upgrade/planned";
import { parsePlan, writtenPlan } from "../../orchestration/adapters/reporters/schema/savedPlan";
import { anImage, World } from "../fakes/world";
import { attempt, type Circumstances, PLACE } from "../support/attempt";
import { releaseOf } from "../support/release";
import { expectUntouched } from "../support/refusal";

const AGAIN = "npm run plan -- --release 642 --stack test --out plan.json";

/** A plan as `plan --out` writes it and `upgrade` reads it. */
async function planned(world: World, change: Partial<Plan> = {}, release = 642): Promise<SavedPlan> {
  const ports = world.ports();
  const seen = await observeFleet(ports);
  const request = { stack: "test", release: releaseOf(release) };
  const plan = makePlan(request, seen, ports.tfe.packaging, ports.clock.now());
  return parsePlan(writtenPlan(await savedPlan({ ...plan, ...change }, request, seen, { ports, place: PLACE })));
}

const runs = (world: World, saved: SavedPlan, circumstances: Circumstances = {}) =>
  attempt(world, { release: undefined, planned: { saved, again: AGAIN } }, circumstances);

/** What a run was refused with. */
const refusalOf = (world: World) => world.of("run.failed").at(-1);

test("a plan of a file is run as it was written, in the world that it was made from", async () => {
  const world = new World();
  const saved = await planned(world);
  const finished = await runs(world, saved);
  expect(finished).toMatchObject({ outcome: "done", from: "v202204-2", release: "v202207-2" });
  const [record] = await world.store.list();
  expect(record?.plan).toEqual(saved.plan);
});

test("the image of the plan counts, whatever is the newest by now", async () => {
  const world = new World();
  const saved = await planned(world);
  world.images = [anImage("ami-a", "2026-10-01"), anImage("ami-z", "2026-11-20")];
  await runs(world, saved);
  expect(world.group.templates.at(-1)).toMatchObject({ release: 642, image: "ami-a" });
});

describe("a world that is another one is refused before anything changes, by the name of each difference", () => {
  it.each<[string, (world: World) => void, string]>([
    [
      "another build is staged",
      (world) => world.group.templates.push({ release: 620, image: "ami-a" }),
      "latest template version: 2, planned with 1",
    ],
    [
      "the group launches another version",
      (world) => {
        world.group.templates.push({ release: 610, image: "ami-a" });
        world.group.pin(2);
      },
      "pinned template version: 2, planned with 1; latest template version: 2, planned with 1",
    ],
    [
      "the stack's file names another image",
      (world) => void world.stack.write({ image: "ami-b" }),
      "image in the stack file: ami-b, planned with ami-a",
    ],
    [
      "the stack's file has another setting",
      (world) => void world.stack.keepAppConfig({ capacity_memory: "512" }),
      "tfe:appConfig in the stack file: changed since",
    ],
  ])("%s", async (_, change, difference) => {
    const world = new World();
    const saved = await planned(world);
    change(world);
    const finished = await runs(world, saved);
    expect(finished).toMatchObject({ outcome: "blocked", runId: null });
    expect(refusalOf(world)).toMatchObject({
      code: "PLAN_OUTDATED",
      detail: difference,
      next: `Make the plan again: ${AGAIN}`,
      fleet: "unchanged",
    });
    expect(world.told).toContain(AGAIN);
    await expectUntouched(world);
  });

  test("a node that was replaced is named, and so is the new one", async () => {
    const world = new World();
    const saved = await planned(world);
    const [first] = world.group.alive();
    world.group.replace(first?.id ?? "");
    await world.clock.sleep(60 * 60_000);
    await runs(world, saved);
    expect(refusalOf(world)?.detail).toMatch(
      new RegExp(`node ${first?.id ?? ""}: is gone; node i-\\w+: is new, 610 \\(v202204-2\\) from ami-a`),
    );
  });

  it.each<[string, (saved: SavedPlan) => SavedPlan, string]>([
    [
      "host",
      (saved) => ({ ...saved, world: { ...saved.world, place: { ...PLACE, host: "other" } } }),
      "host: tfe.example.com, planned with other",
    ],
    [
      "account",
      (saved) => ({ ...saved, world: { ...saved.world, place: { ...PLACE, account: "999999999999" } } }),
      "account: 123456789012, planned with 999999999999",
    ],
    [
      "region",
      (saved) => ({ ...saved, world: { ...saved.world, place: { ...PLACE, region: "us-east-1" } } }),
      "region: eu-central-1, planned with us-east-1",
    ],
    [
      "capacity",
      (saved) => ({ ...saved, world: { ...saved.world, group: { ...saved.world.group, max: 3 } } }),
      "capacity: 2/2/2, planned with 2/2/3",
    ],
    ["node count", (saved) => ({ ...saved, plan: { ...saved.plan, nodeCount: 3 } }), "node count: 2, planned with 3"],
    [
      "release table",
      (saved) => ({ ...saved, releases: { ...saved.releases, "v202207-2": "{}" } }),
      "release table: what it says of v202207-2 has changed",
    ],
  ])("%s", async (_, change, difference) => {
    const world = new World();
    await runs(world, change(await planned(world)));
    expect(refusalOf(world)).toMatchObject({ code: "PLAN_OUTDATED", detail: difference });
    await expectUntouched(world);
  });
});

test("a file cannot skip a required release, nor take the fleet back", async () => {
  const world = new World();
  const far = await planned(world, {}, 703);
  expect(far.plan.hops.length).toBeGreaterThan(1);
  await runs(world, { ...far, plan: { ...far.plan, hops: far.plan.hops.slice(-1) } });
  expect(refusalOf(world)?.detail).toMatch(/^path: .* → .*703.*, planned with 610 \(v202204-2\) \(ami-a\) → 703/);
  const back = { release: releaseOf("v202112-1"), image: "ami-a" };
  await runs(world, { ...far, plan: { ...far.plan, hops: [back] }, releases: {} });
  expect(refusalOf(world)?.detail).toMatch(/^path: .*there is no downgrade, planned /);
  await expectUntouched(world);
});

test("a stray lease is left as it was where the plan is refused", async () => {
  const world = new World();
  const saved = await planned(world);
  await world.store.acquire({ runId: "run-dead", holder: "x@y", now: world.clock.now() - 3_600_000, ttlMs: 1000 });
  await world.stack.write({ image: "ami-b" });
  await runs(world, saved);
  expect(await world.store.lease()).toMatchObject({ runId: "run-dead" });
});

test("the same command resumes the run of the plan, and has nothing to do after its end", async () => {
  const world = new World();
  const saved = await planned(world);
  const stop = new AbortController();
  world.once("drain.proven", () => stop.abort(new Error("killed")));
  await runs(world, saved, { signal: stop.signal });
  const acts = world.acts.length;
  expect((await runs(world, saved)).outcome).toBe("done");
  expect(world.of("run.resumed")).toHaveLength(1);
  expect(world.acts.length).toBeGreaterThan(acts);
  expect((await runs(world, saved)).outcome).toBe("nothing-to-do");
});

test("another run in between is a difference, also where it led to the same build", async () => {
  const world = new World();
  const saved = await planned(world);
  await attempt(world, { release: 641 });
  await attempt(world, { release: 642 });
  expect((await runs(world, saved)).outcome).toBe("blocked");
  expect(refusalOf(world)?.detail).toContain("running build: 642 (v202207-2) from ami-a, planned with 610");
});

test("an unfinished run of another plan is not resumed by a file", async () => {
  const world = new World();
  const saved = await planned(world, { because: "node age" });
  const stop = new AbortController();
  world.once("drain.proven", () => stop.abort(new Error("killed")));
  await attempt(world, {}, { signal: stop.signal });
  expect((await runs(world, saved)).outcome).toBe("blocked");
  expect(refusalOf(world)).toMatchObject({ code: "RUN_UNFINISHED" });
});

test("a world that changes while the question is open is noticed before the start", async () => {
  const world = new World();
  const saved = await planned(world);
  const says = async (): Promise<boolean> => {
    await world.clock.sleep(20 * 60_000);
    await world.stack.write({ image: "ami-b" });
    return true;
  };
  expect((await runs(world, saved, { says })).outcome).toBe("blocked");
  expect(refusalOf(world)).toMatchObject({ code: "PLAN_OUTDATED" });
  await expectUntouched(world);
});
