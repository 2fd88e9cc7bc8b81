import { namedStack } from "../../../orchestration/adapters/pulumi/namedStack";
import { TAG_KEYS } from "../../../orchestration/dialects/fdo/tags";
import { isAvailable, RELEASES } from "../../../orchestration/domain/release";
import { World } from "../../fakes/world";
import { releaseOf } from "../../support/release";
import { DIGEST } from "../../support/stackConfig";

test("every release in a container is installed by its own name", () => {
  for (const release of RELEASES.filter((each) => isAvailable(each, "fdo"))) {
    expect(TAG_KEYS.keysOf(release)).toEqual({ imageTag: release });
    expect(TAG_KEYS.releaseOf({ imageTag: release })).toBe(release);
  }
});

test("a release without a tag is a defect of ours", () => {
  expect(() => TAG_KEYS.keysOf(releaseOf("unknown"))).toThrow("unknown is not the tag of an image");
});

test("a digest is kept beside its tag, and counts for no other", () => {
  const keys = TAG_KEYS.keysOf(releaseOf("1.2.2"), DIGEST);
  expect(keys).toEqual({ imageTag: "1.2.2", imageDigest: `1.2.2@${DIGEST}` });
  expect(TAG_KEYS.digestOf(keys)).toBe(DIGEST);
  expect(TAG_KEYS.digestOf({ ...keys, imageTag: "2.0.0" })).toBeUndefined();
  expect(TAG_KEYS.digestOf({})).toBeUndefined();
});

test("nodes are given the variables of the stack, and a network for runs that the build guards", () => {
  expect(TAG_KEYS.givenSettings({ TFE_TLS_ENFORCE: "true" })).toEqual({
    TFE_TLS_ENFORCE: "true",
    TFE_RUN_PIPELINE_DOCKER_NETWORK: "tfe-runs",
  });
  expect(TAG_KEYS.givenSettings({ TFE_RUN_PIPELINE_DOCKER_NETWORK: "ours" })).toEqual({
    TFE_RUN_PIPELINE_DOCKER_NETWORK: "ours",
  });
});

test("the stack is told of tags, and tells of releases with their digests", async () => {
  const { stack } = new World();
  const named = namedStack(stack, TAG_KEYS);
  await named.apply({ release: releaseOf("1.2.2"), digest: DIGEST });
  expect(stack.written).toMatchObject({ imageTag: "1.2.2", imageDigest: `1.2.2@${DIGEST}` });
  expect(await named.config()).toMatchObject({ release: "1.2.2", digest: DIGEST });
  expect(await named.config()).not.toHaveProperty("imageTag");
});
