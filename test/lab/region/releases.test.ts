import {
  isOnChannel,
  missingReleases,
  NEWEST_RELEASE,
  RELEASE_PLACES,
  releaseName,
  releasePlace,
} from "../../../lab/region/releases";
import table from "../../../orchestration/domain/releases.json";

interface Release {
  readonly name: string;
  readonly sequence?: number;
  readonly required?: unknown;
  readonly withdrawn?: unknown;
}

/** The product's table, as far as the lab has to know it: from the first release that runs on several nodes, by ReleaseSequence. */
const PRODUCTS = (table.releases as readonly Release[]).flatMap(({ sequence, ...release }) =>
  sequence !== undefined && sequence >= 504 && release.withdrawn === undefined ? [{ sequence, ...release }] : [],
);

describe("the lab's own table of releases agrees with the product's", () => {
  it("in sequences and names", () => {
    expect(PRODUCTS.length).toBeGreaterThan(60);
    expect(PRODUCTS.map(({ sequence }) => releaseName(sequence))).toEqual(PRODUCTS.map(({ name }) => name));
    const known = Array.from({ length: NEWEST_RELEASE + 100 }, (_, index) => index).filter(isOnChannel);
    expect(known).toEqual(PRODUCTS.map(({ sequence }) => sequence));
  });

  it("in the order of all, those without a sequence last", () => {
    const all = (table.releases as readonly Release[]).filter(({ withdrawn }) => withdrawn === undefined);
    const names = all.map(({ name }) => name);
    expect(RELEASE_PLACES.map(releaseName)).toEqual(names.slice(names.indexOf("v202101-1")));
    expect(releasePlace("1.2.2")).toBeGreaterThan(NEWEST_RELEASE);
    expect(isOnChannel(releasePlace("1.2.2") ?? 0)).toBe(false);
  });

  it("in the releases that cannot be skipped", () => {
    const required = PRODUCTS.filter((release) => release.required !== undefined).map(({ sequence }) => sequence);
    expect(missingReleases(0, NEWEST_RELEASE + 1)).toEqual(required);
  });
});
