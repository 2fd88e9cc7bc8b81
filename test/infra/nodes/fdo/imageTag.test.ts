import { healthPath } from "../../../../infra/nodes/fdo/healthPath";
import { compareImageTags, digestFor, IMAGE_TAG, PINNED_TAG, pinnedTag } from "../../../../infra/nodes/fdo/imageTag";
import { compareReleases, isAvailable, RELEASES } from "../../../../orchestration/domain/release";
import { DIGEST } from "../../../support/stackConfig";

const TAGS = RELEASES.filter((release) => isAvailable(release, "fdo"));

describe("a tag", () => {
  it("is the name of every release that runs in a container", () => {
    expect(TAGS.length).toBeGreaterThan(40);
    expect(TAGS.filter((tag) => !IMAGE_TAG.test(tag))).toEqual([]);
  });

  it.each([
    "latest",
    "v1.2.2",
    "1.2",
    "1.2.2.1",
    "1.02.2",
    "1.2.2-rc1",
    "v202513-1",
    "v202503",
    "v202503-0",
    "642",
    "",
  ])("is not %j", (text) => {
    expect(IMAGE_TAG.test(text)).toBe(false);
    expect(() => compareImageTags(text, "1.2.2")).toThrow("is not the tag of a release");
  });

  it("is in the order of the table of releases", () => {
    for (const one of TAGS) {
      for (const other of TAGS) {
        expect(Math.sign(compareImageTags(one, other))).toBe(Math.sign(compareReleases(one, other)));
      }
    }
  });
});

describe("a digest", () => {
  it("counts for the tag that it was found for, and for no other", () => {
    const pinned = pinnedTag("1.2.2", DIGEST);
    expect(pinned).toMatch(PINNED_TAG);
    expect(digestFor("1.2.2", pinned)).toBe(DIGEST);
    expect(digestFor("1.2.1", pinned)).toBeUndefined();
    expect(digestFor("1.2", pinned)).toBeUndefined();
    expect(digestFor("1.2.2", undefined)).toBeUndefined();
  });
});

describe("the path of the health check", () => {
  it("is the old one up to 1.2.0, which answers the new one with 301, and from 1.2.1 on the one that 2.0 is left with", () => {
    const asked = (tag: string): string => healthPath(tag);
    expect(["v202309-1", "v202503-1", "1.0.3", "1.1.4", "1.2.0"].map(asked)).toEqual(Array(5).fill("/_health_check"));
    expect(["1.2.1", "1.2.2", "2.0.0", "2.1.0", "10.0.0"].map(asked)).toEqual(
      Array(5).fill("/api/v1/health/readiness"),
    );
  });
});
