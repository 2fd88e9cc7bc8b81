import { type FoundGroup, foundInWords, parseFound } from "../../../orchestration/domain/adoption/adoption";
import { releaseOf } from "../../support/release";

const FOUND: FoundGroup = {
  min: 0,
  max: 3,
  desired: 2,
  version: "$Latest",
  suspended: ["AZRebalance", "HealthCheck"],
  release: releaseOf(610),
  image: "ami-0aaa1111bbb22222c",
};

describe("what an adoption writes on the former group", () => {
  it.each([
    ["with what was suspended", FOUND],
    ["with nothing suspended", { ...FOUND, suspended: [] }],
    ["of a pinned group", { ...FOUND, version: "7" }],
  ])("is read back, %s", (_, found) => {
    expect(parseFound(foundInWords(found))).toEqual(found);
  });

  it("has only characters that a tag may have", () => {
    expect(foundInWords(FOUND)).toMatch(/^[\w +\-=.:/@]{1,256}$/);
  });

  it.each(["", "2/2", "2/2/2 version=Latest release=nothing image=ami-1", "somebody's own words"])(
    "is nothing that somebody else wrote: %p",
    (text) => {
      expect(parseFound(text)).toBeUndefined();
    },
  );
});
