import { namedStack } from "../../../orchestration/adapters/pulumi/namedStack";
import { releaseOfSequence, SEQUENCE_KEYS } from "../../../orchestration/dialects/replicated/sequences";
import { isAvailable, releaseNumber, RELEASES } from "../../../orchestration/domain/release";
import { World } from "../../fakes/world";
import { releaseOf } from "../../support/release";

test("every release for Replicated has a sequence that leads back to it, and no other release has one", () => {
  for (const release of RELEASES) {
    const sequence = releaseNumber(release);
    expect(sequence === undefined).toBe(!isAvailable(release, "replicated"));
    if (sequence !== undefined) expect(releaseOfSequence(sequence)).toBe(release);
  }
});

test("a sequence that the table does not know comes back as it was: a node may run it", () => {
  expect(releaseNumber(releaseOfSequence(643))).toBe(643);
});

describe("the key of the configuration", () => {
  it("is read and written as a number", () => {
    expect(SEQUENCE_KEYS.releaseOf({ releaseSequence: 642 })).toBe("v202207-2");
    expect(SEQUENCE_KEYS.keysOf(releaseOf("v202207-2"))).toEqual({ releaseSequence: 642 });
  });

  it("says nothing of the release where it is 0 or missing: an airgap package decides", () => {
    expect(SEQUENCE_KEYS.releaseOf({ releaseSequence: 0 })).toBeUndefined();
    expect(SEQUENCE_KEYS.releaseOf({})).toBeUndefined();
  });

  it("is not made up for a release that has none", () => {
    expect(() => SEQUENCE_KEYS.keysOf(releaseOf("1.2.0"))).toThrow("1.2.0 has no ReleaseSequence");
  });
});

test("the stack is told of sequences, and tells of names", async () => {
  const { stack } = new World();
  const named = namedStack(stack, SEQUENCE_KEYS);
  await named.apply({ release: releaseOf("v202207-2"), nodeCount: 2 });
  expect(stack.written).toEqual({ releaseSequence: 642, image: "ami-a", nodeCount: 2 });
  expect(await named.config()).toEqual({ release: "v202207-2", image: "ami-a", nodeCount: 2 });
  expect(await named.outputs()).toMatchObject({ release: "v202207-2" });
  expect(await named.outputs()).not.toHaveProperty("releaseSequence");
  expect(await named.preview({ release: releaseOf("v202304-1") })).toEqual(
    await stack.preview({ releaseSequence: 692 }),
  );
});
