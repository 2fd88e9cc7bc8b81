import type { Group, Instance } from "../../../orchestration/domain/fleet";
import type { FleetSeen } from "../../../orchestration/fleet/observe";
import { hasArrived, planAdoption } from "../../../orchestration/upgrade/adoption/plan";
import { releaseOf } from "../../support/release";

const release = releaseOf(610);
const FOUND = { min: 1, max: 3, desired: 2, version: "$Latest", suspended: [], release, image: "ami-1" };

interface World {
  /** Undefined: the stack names no group that exists. */
  readonly former?: Partial<Group> | undefined;
  readonly isFormer?: boolean;
  readonly runs?: number;
  readonly stackNames?: number;
}

function seenIn({ former, isFormer = true, runs = 610, stackNames = 610 }: World): FleetSeen {
  const instances = ["i-1", "i-2"].map(
    (id) => ({ id, state: "running", imageId: "ami-1", ...(isFormer && { former: true }) }) as Instance,
  );
  return {
    outputs: { release: releaseOf(stackNames), image: "ami-2", nodeCount: 0 },
    fleet: { group: { name: "ours" }, ...(former && { former: { name: "old", desired: 2, ...former } }), instances },
    nodes: instances.map((instance) => ({ instance, release: releaseOf(runs) })),
  } as unknown as FleetSeen;
}

const by = "stack test";

it("adopts every node of the former group, with the release that runs and the image of the stack", () => {
  expect(planAdoption("test", "in", seenIn({ former: {} }))).toMatchObject({
    from: { release, image: "ami-1" },
    hops: [{ release, image: "ami-2" }],
    nodeCount: 2,
    adoption: { way: "in", group: "old" },
  });
});

it("goes back with the image and the number of nodes that were found", () => {
  const seen = seenIn({ former: { desired: 0, takenOver: { by, found: FOUND } }, isFormer: false });
  expect(planAdoption("test", "back", seen)).toMatchObject({
    hops: [{ release, image: "ami-1" }],
    nodeCount: 2,
    adoption: { way: "back", group: "old" },
  });
});

test.each<[string, "in" | "back", World, RegExp]>([
  ["no former group", "in", { former: undefined }, /names no former group that exists/],
  ["another release in the stack file", "in", { former: {}, stackNames: 642 }, /an adoption changes no release/],
  ["a group that no run has taken over", "back", { former: {}, isFormer: false }, /not taken over by a run/],
  [
    "an upgrade in between",
    "back",
    { former: { takenOver: { by, found: FOUND } }, isFormer: false, runs: 642, stackNames: 642 },
    /the fleet was upgraded since/,
  ],
])("with %s it is impossible", (_, way, world, why) => {
  expect(() => planAdoption("test", way, seenIn(world))).toThrow(
    expect.objectContaining({ code: "ADOPTION_IMPOSSIBLE", detail: expect.stringMatching(why) as string }) as Error,
  );
});

it("has arrived where every node is in the group that it goes to", () => {
  expect(hasArrived("in", seenIn({ former: {}, isFormer: false }))).toBe(true);
  expect(hasArrived("back", seenIn({ former: {} }))).toBe(true);
  expect(hasArrived("in", seenIn({ former: {} }))).toBe(false);
  expect(hasArrived("back", seenIn({ former: {}, isFormer: false }))).toBe(false);
});
