import { World } from "../fakes/world";
import { attempt } from "../support/attempt";
import { expectUntouched, refused } from "../support/refusal";

describe("nothing to do", () => {
  test("when every node is on the release already: nothing is touched, nothing is written", async () => {
    const world = new World({ release: 642 });
    const finished = await attempt(world);
    expect(finished).toMatchObject({ outcome: "nothing-to-do", hops: [], outageSeconds: 0 });
    expect(finished.nodes.map(({ release, healthy }) => ({ release, healthy }))).toEqual([
      { release: "v202207-2", healthy: true },
      { release: "v202207-2", healthy: true },
    ]);
    await expectUntouched(world);
    expect(world.told).toContain("Nothing to do: every node already runs this build.");
  });

  test("a second time after a run", async () => {
    const world = new World();
    await attempt(world);
    const acts = [...world.acts];
    expect((await attempt(world)).outcome).toBe("nothing-to-do");
    expect(world.acts).toEqual(acts);
  });

  test("but a build that is staged and not active is something to do", async () => {
    const world = new World({ release: 642 });
    world.group.templates.push({ release: 642, image: "ami-a" });
    expect((await attempt(world)).outcome).toBe("done");
    expect(world.group.alive().map(({ version }) => version)).toEqual([2, 2]);
  });
});

describe("a release that cannot be reached is refused with the reason", () => {
  it.each([
    {
      from: 642,
      to: 610,
      reason: "610 (v202204-2) is older than 642 (v202207-2), which the fleet runs: there is no downgrade",
    },
    { from: 642, to: 763, reason: "v202404-1 (763) was withdrawn by the vendor" },
    { from: 642, to: 764, reason: "v202404-2 (764) cannot run Active/Active" },
    { from: 642, to: 643, reason: "643 is not a release of Terraform Enterprise" },
    { from: 642, to: "1.2.0", reason: "1.2.0 is not available for Replicated; its newest release is v202503-1 (811)" },
  ])("$from -> $to", async ({ from, to, reason }) => {
    const world = new World({ release: from });
    await refused(world, { release: to });
    expect(world.of("run.failed")).toMatchObject([{ code: "PATH_ILLEGAL" }]);
    expect(world.told).toContain(reason);
    await expectUntouched(world);
  });
});

describe("the operator", () => {
  test("who says no changes nothing", async () => {
    const world = new World();
    const finished = await attempt(world, {}, { says: () => Promise.resolve(false) });
    expect(finished.outcome).toBe("declined");
    await expectUntouched(world);
    expect(world.told).toContain("Not started: you declined.");
  });

  test("is shown the plan before being asked", async () => {
    const world = new World();
    let shown = 0;
    await attempt(world, {}, { says: () => Promise.resolve((shown = world.of("plan.made").length) === 0) });
    expect(shown).toBe(1);
  });
});
