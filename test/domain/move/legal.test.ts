import {
  DESTINATION,
  detourCommands,
  detourLabel,
  detourTo,
  LAST_MEETING,
  moveCaution,
  moveObstacle,
  otherPackaging,
} from "../../../orchestration/domain/move/legal";
import { releaseOf } from "../../support/release";

test("fleets move to the packaging of the newest releases, and last on v202503-1", () => {
  expect(DESTINATION).toBe("fdo");
  expect(otherPackaging("fdo")).toBe("replicated");
  expect(LAST_MEETING).toBe("v202503-1");
});

test.each([
  ["the last one on both", "v202503-1", undefined],
  ["the first one with a container", "v202309-1", undefined],
  ["before containers", "v202304-1", /692 \(v202304-1\) is not available for Flexible Deployment Options/],
  ["one that Active/Active cannot run", "v202404-2", /v202404-2 \(764\)/],
  ["one that was taken back", "v202404-1", /v202404-1 \(763\)/],
  ["one that only containers have", "1.2.2", /1\.2\.2 is not available for Replicated/],
  ["none that is known", "unknown", /does not say which release/],
])("whether a fleet can move: %s", (_, release, obstacle) => {
  const said = moveObstacle(releaseOf(release), "fdo");
  if (obstacle === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(obstacle);
});

test("releases whose drain is not to be trusted in a container are a caution", () => {
  expect(moveCaution(releaseOf("v202409-3"))).toMatch(/upgrade to v202410-1 \(798\)/);
  expect(moveCaution(releaseOf("v202410-1"))).toBeUndefined();
});

describe("the way to a release of the other packaging", () => {
  const detour = (from: number | string, to: number | string) => detourTo(releaseOf(from), releaseOf(to), "replicated");

  test("goes through every required release to the last one on both, moves, and goes on", () => {
    const found = detour(610, "1.2.2");
    expect(found).toEqual({
      before: [642, 692, 776, 811].map(releaseOf),
      after: [releaseOf("1.2.2")],
    });
    if (!found) throw new Error("no way");
    expect(detourLabel(releaseOf(610), found)).toBe(
      "610 (v202204-2) → 642 (v202207-2) → 692 (v202304-1) → v202406-1 (776) → v202503-1 (811), then migrate, then → 1.2.2",
    );
    expect(detourCommands("production", found)).toEqual([
      "npm run upgrade -- --release v202503-1 --stack production",
      "npm run migrate -- --stack production",
      "npm run upgrade -- --release 1.2.2 --stack production",
    ]);
  });

  test("begins with the move where the fleet is on the last one on both", () => {
    const found = detour(811, "2.0.5");
    expect(found && detourCommands("x", found)).toEqual([
      "npm run migrate -- --stack x",
      "npm run upgrade -- --release 2.0.5 --stack x",
    ]);
  });

  test.each([
    ["where the packaging has the release", 610, 811],
    ["to what is no release", 610, "9.9.9"],
    ["back to an older one in the other packaging", "v202503-1", "v202309-1"],
  ])("there is none %s", (_, from, to) => {
    expect(detour(from, to)).toBeUndefined();
  });
});
