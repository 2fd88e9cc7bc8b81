import fc from "fast-check";
import { upgradePath } from "../../orchestration/domain/path";
import { ACTIVE_ACTIVE_SINCE, RELEASES, releaseBySequence } from "../../orchestration/domain/releases";

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
    expect(upgradePath(from, to)).toEqual({ legal: true, hops });
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
        "763 (v202404-1) was withdrawn by the vendor: the S3 backend was unreadable, and Replicated Active/Active could not supply its Redis configuration",
    },
    {
      from: 642,
      to: 764,
      reason:
        "764 (v202404-2) cannot run Active/Active: Replicated Active/Active cannot supply its Redis configuration; fixed in v202405-1",
    },
    { from: 610, to: 643, reason: "643 is not a release of Terraform Enterprise" },
    { from: 610, to: -1, reason: "-1 is not a release of Terraform Enterprise" },
    { from: 611, to: 642, reason: "the fleet runs 611, which is not a known release" },
    { from: 0, to: 642, reason: "the fleet runs 0, which is not a known release" },
    { from: 444, to: 502, reason: "502 (v202012-2) is older than Active/Active (504 (v202101-1))" },
  ])("$from -> $to", ({ from, to, reason }) => {
    expect(upgradePath(from, to)).toEqual({ legal: false, reason });
  });
});

const release = fc.constantFrom(...RELEASES.map((r) => r.sequence));

test("property: a path is strictly increasing, ends at the target, and has every required release in between and no other", () => {
  fc.assert(
    fc.property(release, release, (from, to) => {
      const path = upgradePath(from, to);
      if (!path.legal) return;
      const { hops } = path;
      expect(hops.at(-1)).toBe(to);
      expect([...hops]).toEqual([...new Set(hops)].sort((a, b) => a - b));
      const between = hops.slice(0, -1);
      expect(between.every((hop) => hop > from && releaseBySequence(hop)?.required === true)).toBe(true);
      const required = RELEASES.filter((r) => r.required === true && r.sequence > from && r.sequence < to);
      expect(between).toEqual(required.map((r) => r.sequence));
    }),
    { numRuns: 500 },
  );
});

test("property: whatever is not older, not taken back and young enough for Active/Active can be reached, and nothing else", () => {
  fc.assert(
    fc.property(release, release, (from, to) => {
      const target = releaseBySequence(to);
      const fit = target?.withdrawn === undefined && target?.deniedForActiveActive === undefined;
      expect(upgradePath(from, to).legal).toBe(fit && to >= from && to >= ACTIVE_ACTIVE_SINCE);
    }),
    { numRuns: 500 },
  );
});

test("property: going by way of a hop comes to the same", () => {
  fc.assert(
    fc.property(release, release, (from, to) => {
      const path = upgradePath(from, to);
      const [first, ...rest] = path.legal ? path.hops : [];
      if (first === undefined || rest.length === 0) return;
      expect(upgradePath(first, to)).toEqual({ legal: true, hops: rest });
    }),
  );
});
