import fc from "fast-check";
import {
  ACTIVE_ACTIVE_SINCE,
  compareReleases,
  hazardsOf,
  isAvailable,
  RELEASES,
  releaseFacts,
  upgradePath,
} from "../../orchestration/domain/release";
import { releaseOf } from "../support/release";

describe("a legal path names every release to start, the target last", () => {
  it.each([
    { from: 610, to: 642, hops: [642] },
    { from: 641, to: 642, hops: [642] },
    { from: 610, to: 692, hops: [642, 692] },
    { from: 610, to: 703, hops: [642, 692, 703] },
    { from: 610, to: 713, hops: [642, 692, 713] },
    { from: 610, to: 776, hops: [642, 692, 776] },
    { from: 610, to: 811, hops: [642, 692, 776, 811] },
    { from: 504, to: 811, hops: [519, 610, 642, 692, 776, 811] },
    { from: 713, to: 772, hops: [772] },
    { from: 776, to: 811, hops: [811] },
    { from: 642, to: 642, hops: [642] },
    { from: 763, to: 772, hops: [772] },
    { from: 764, to: 811, hops: [776, 811] },
  ])("$from -> $to", ({ from, to, hops }) => {
    expect(upgradePath(releaseOf(from), releaseOf(to), "replicated")).toEqual({
      legal: true,
      hops: hops.map(releaseOf),
    });
  });
});

describe("an illegal path says why", () => {
  it.each([
    {
      from: 610,
      to: 519,
      reason: "519 (v202103-1) is older than 610 (v202204-2), which the fleet runs: there is no downgrade",
    },
    {
      from: 642,
      to: 641,
      reason: "641 (v202207-1) is older than 642 (v202207-2), which the fleet runs: there is no downgrade",
    },
    {
      from: 642,
      to: 763,
      reason:
        "v202404-1 (763) was withdrawn by the vendor: the S3 backend was unreadable, and Replicated Active/Active could not supply its Redis configuration",
    },
    {
      from: 642,
      to: 764,
      reason:
        "v202404-2 (764) cannot run Active/Active: Replicated Active/Active cannot supply its Redis configuration; fixed in v202405-1",
    },
    { from: 610, to: 643, reason: "643 is not a release of Terraform Enterprise" },
    { from: 610, to: -1, reason: "-1 is not a release of Terraform Enterprise" },
    { from: 611, to: 642, reason: "the fleet runs 611, which is not a known release" },
    { from: 0, to: 642, reason: "the fleet runs 0, which is not a known release" },
    { from: 444, to: 502, reason: "502 (v202012-2) is older than Active/Active (504 (v202101-1))" },
  ])("$from -> $to", ({ from, to, reason }) => {
    expect(upgradePath(releaseOf(from), releaseOf(to), "replicated")).toEqual({ legal: false, reason });
  });
});

const packaging = fc.constantFrom("replicated" as const, "fdo" as const);
/** Two releases of one packaging, in any order. */
const edge = packaging.chain((of) => {
  const release = fc.constantFrom(...RELEASES.filter((each) => isAvailable(each, of)));
  return fc.record({ of: fc.constant(of), from: release, to: release });
});

test("property: a path is strictly increasing, ends at the target, and has every required release in between and no other", () => {
  fc.assert(
    fc.property(edge, ({ of, from, to }) => {
      const path = upgradePath(from, to, of);
      if (!path.legal) return;
      const { hops } = path;
      expect(hops.at(-1)).toBe(to);
      expect([...hops]).toEqual([...new Set(hops)].sort(compareReleases));
      const between = hops.slice(0, -1);
      expect(between.every((hop) => compareReleases(hop, from) > 0 && releaseFacts(hop)?.required === true)).toBe(true);
      const required = RELEASES.filter(
        (r) => releaseFacts(r)?.required === true && compareReleases(r, from) > 0 && compareReleases(r, to) < 0,
      );
      expect(between).toEqual(required);
    }),
    { numRuns: 500 },
  );
});

test("property: whatever is not older, not taken back and young enough for Active/Active can be reached, and nothing else", () => {
  fc.assert(
    fc.property(edge, ({ of, from, to }) => {
      const refused = hazardsOf(to, of).some((hazard) => hazard.refused === true);
      const fit = releaseFacts(to)?.withdrawn === undefined && !refused;
      const isYoung = compareReleases(to, ACTIVE_ACTIVE_SINCE) >= 0;
      expect(upgradePath(from, to, of).legal).toBe(fit && compareReleases(to, from) >= 0 && isYoung);
    }),
    { numRuns: 500 },
  );
});

test("property: going by way of a hop comes to the same", () => {
  fc.assert(
    fc.property(edge, ({ of, from, to }) => {
      const path = upgradePath(from, to, of);
      const [first, ...rest] = path.legal ? path.hops : [];
      if (first === undefined || rest.length === 0) return;
      expect(upgradePath(first, to, of)).toEqual({ legal: true, hops: rest });
    }),
  );
});

describe("a path in another packaging", () => {
  const path = (from: string, to: string, packaging: "replicated" | "fdo" = "fdo"): unknown => {
    const found = upgradePath(releaseOf(from), releaseOf(to), packaging);
    return found.legal ? found.hops : found.reason;
  };

  it("goes from names to numbers of another scheme through what is required", () => {
    expect(path("v202309-1", "2.0.0")).toEqual(["v202406-1", "2.0.0"]);
    expect(path("v202507-1", "1.0.0")).toEqual(["1.0.0"]);
    expect(path("1.0.3", "2.1.0")).toEqual(["2.1.0"]);
  });

  it("is refused to what the packaging does not have, and says what it has", () => {
    expect(path("v202207-2", "1.2.0", "replicated")).toBe(
      "1.2.0 is not available for Replicated; its newest release is v202503-1 (811)",
    );
    expect(path("v202309-1", "v202207-2")).toBe(
      "642 (v202207-2) is not available for Flexible Deployment Options; its newest release is 2.1.0",
    );
  });

  it("goes by versions and not by dates: 1.0.3 came out after 1.1.0", () => {
    expect(path("1.1.0", "1.0.3")).toBe("1.0.3 is older than 1.1.0, which the fleet runs: there is no downgrade");
    expect(path("1.0.3", "1.1.0")).toEqual(["1.1.0"]);
  });

  it("knows what concerns the other packaging alone", () => {
    expect(path("v202309-1", "v202404-2")).toEqual(["v202404-2"]);
    expect(path("v202309-1", "v202404-1")).toContain("was withdrawn");
  });
});
