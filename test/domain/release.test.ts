import fc from "fast-check";
import table from "../../orchestration/domain/releases.json";
import {
  ACTIVE_ACTIVE_SINCE,
  compareReleases,
  hazardsOf,
  isAvailable,
  offeredReleases,
  parseRelease,
  floorsOnPath,
  nextPostgres,
  postgresProblem,
  recordedRelease,
  type Release,
  releaseFacts,
  releaseInId,
  releaseLabel,
  releaseNumber,
  RELEASES,
  shortName,
  UNKNOWN_RELEASE,
  upgradePath,
} from "../../orchestration/domain/release";
import { runId } from "../../orchestration/upgrade/upgrade";
import { snapshotName } from "../../orchestration/upgrade/steps/backup";
import { releaseOf } from "../support/release";

const sequenceOf = (release: Release | undefined): number | undefined =>
  release === undefined ? undefined : releaseFacts(release)?.sequence;
const REPLICATED = RELEASES.filter((release) => isAvailable(release, "replicated"));

describe("a release is found by its sequence or its name, however it was typed", () => {
  it.each(["642", "v202207-2", "V202207-2", " 642 ", "\tv202207-2\n"])("%j is 642", (text) => {
    expect(parseRelease(text)).toBe("v202207-2");
    expect(sequenceOf(parseRelease(text))).toBe(642);
  });

  it.each(["abc", "12345", "v202207-9", "", " ", "-642", "642.0", "0x282", "6 42", "v202207", "202207-2", "643"])(
    "%j is none",
    (text) => {
      expect(parseRelease(text)).toBeUndefined();
    },
  );

  it("and every release of the table by both", () => {
    for (const release of RELEASES) {
      expect(parseRelease(release)).toBe(release);
      expect(parseRelease(shortName(release))).toBe(release);
    }
  });

  it("and one that was written down, by number or by name, known or not", () => {
    expect([642, "642", "v202207-2", 643, "1.2.0", "9.9.9"].map(recordedRelease)).toEqual([
      "v202207-2",
      "v202207-2",
      "v202207-2",
      "643",
      "1.2.0",
      "9.9.9",
    ]);
  });
});

test("a label gives both names where both are known", () => {
  expect(releaseLabel(releaseOf(642))).toBe("642 (v202207-2)");
  expect(releaseLabel(releaseOf(643))).toBe("643");
  expect(releaseLabel(releaseOf("1.2.0"))).toBe("1.2.0");
});

describe("the table", () => {
  const sequences = REPLICATED.map((release) => releaseFacts(release)?.sequence ?? NaN);

  it("has each sequence once, in rising order", () => {
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
  });

  it("has each name once, in the order of the sequences", () => {
    const names = REPLICATED.map(String);
    expect(names).toEqual([...new Set(names)].sort());
    for (const name of names) expect(name).toMatch(/^v20\d{2}(0[1-9]|1[0-2])-\d[a-z]?$/);
  });

  it("goes on in names of both kinds, each once, where there is no sequence any more", () => {
    const later = RELEASES.slice(REPLICATED.length);
    expect(RELEASES.slice(0, REPLICATED.length)).toEqual(REPLICATED);
    expect(later.slice(0, 4)).toEqual(["v202504-1", "v202505-1", "v202506-1", "v202507-1"]);
    const versions = later.slice(4).map((name) => name.split(".").map(Number));
    expect(versions).toEqual([...versions].sort((a, b) => a.map((n, i) => n - (b[i] ?? 0)).find((n) => n !== 0) ?? 0));
    expect([...new Set(RELEASES)]).toEqual(RELEASES);
    expect(later.filter((release) => sequenceOf(release) !== undefined || !isAvailable(release, "fdo"))).toEqual([]);
    expect([later.at(-1), RELEASES.length - REPLICATED.length]).toEqual(["2.1.0", 24]);
  });

  it("has the container image from the first release with one, and Replicated up to its last", () => {
    expect(RELEASES.find((release) => isAvailable(release, "fdo"))).toBe("v202309-1");
    expect(REPLICATED.at(-1)).toBe("v202503-1");
  });

  it("names the source of every rule and hazard, and of every field", () => {
    const { hazards, postgres, redis, releases } = table;
    const told = [...hazards, ...postgres, ...redis, ...releases.flatMap((row) => row.withdrawn ?? [])];
    expect(told.filter((row) => row.source === "")).toEqual([]);
    expect(told.length).toBeGreaterThan(30);
    const fields = new Set(releases.flatMap((row) => Object.keys(row)));
    expect([...fields].filter((field) => !(field in table.sources)).sort()).toEqual(["withdrawn"]);
  });

  it("has hazards of releases that there are, in order", () => {
    for (const { since, until } of table.hazards) {
      expect([parseRelease(since), parseRelease(until)]).toEqual([since, until]);
      expect(compareReleases(releaseOf(since), releaseOf(until))).toBeLessThanOrEqual(0);
    }
    expect(
      hazardsOf(releaseOf("1.1.0"), "fdo")
        .map(({ reason }) => reason)
        .join(),
    ).toContain("every run stays pending");
    expect(
      hazardsOf(releaseOf("1.1.1"), "fdo")
        .map(({ reason }) => reason)
        .join(),
    ).not.toContain("stays pending");
    expect(hazardsOf(releaseOf("v202309-1"), "replicated")).toEqual([]);
  });

  it("requires these since Active/Active, and no other", () => {
    const required = RELEASES.filter(
      (r) => releaseFacts(r)?.required === true && compareReleases(r, ACTIVE_ACTIVE_SINCE) >= 0,
    );
    expect(required.map(sequenceOf)).toEqual([519, 610, 642, 692, 776]);
  });

  it("knows which releases nobody should run", () => {
    const refused = (r: Release): boolean => hazardsOf(r, "replicated").some((hazard) => hazard.refused === true);
    expect(RELEASES.filter((r) => releaseFacts(r)?.withdrawn !== undefined).map(sequenceOf)).toEqual([763]);
    expect(RELEASES.filter(refused).map(sequenceOf)).toEqual([764]);
    expect(RELEASES.filter((r) => releaseFacts(r)?.brokenHealthCheck === true).map(sequenceOf)).toEqual([609, 610]);
  });

  it("offers what can be run, and nothing else", () => {
    const offered = offeredReleases("replicated");
    expect(offered.map(sequenceOf)).toEqual(sequences.filter((n) => n >= 504 && n !== 763 && n !== 764));
    expect(offeredReleases("fdo").at(-1)).toBe("2.1.0");
  });

  it("allows for the migrations that the notes of these releases name", () => {
    const allowed = RELEASES.filter((r) => releaseFacts(r)?.migrationMinutes !== undefined);
    const named = table.releases.filter((row) => (row.notes ?? []).some((note) => /migrat/i.test(note)));
    expect(allowed).toEqual(named.map(({ name }) => name));
    expect(new Set(allowed.map((r) => releaseFacts(r)?.migrationMinutes))).toEqual(new Set([30]));
  });

  it("never requires a release that cannot be run, so that a way through always exists", () => {
    const required = RELEASES.filter((r) => releaseFacts(r)?.required === true);
    const isUnfit = (r: Release): boolean => hazardsOf(r, "replicated").some((hazard) => hazard.refused === true);
    expect(required.filter((r) => releaseFacts(r)?.withdrawn !== undefined || isUnfit(r))).toEqual([]);
    expect(upgradePath(ACTIVE_ACTIVE_SINCE, releaseOf(Math.max(...sequences)), "replicated").legal).toBe(true);
    expect(upgradePath(releaseOf("v202309-1"), releaseOf("2.1.0"), "fdo").legal).toBe(true);
  });

  it("begins Active/Active with a release that it has", () => {
    expect(ACTIVE_ACTIVE_SINCE).toBe("v202101-1");
    expect(parseRelease("504")).toBe(ACTIVE_ACTIVE_SINCE);
  });
});

describe("what a release wants of its database", () => {
  it.each([
    { release: 642, version: "9.6.24", problem: undefined },
    { release: 647, version: "11.20", problem: "647 (v202208-1) wants PostgreSQL 12 or newer" },
    { release: 651, version: "10.21", problem: undefined },
    { release: 654, version: "10.21", problem: "654 (v202209-1) wants PostgreSQL 11 or newer" },
    { release: 667, version: "15.2", problem: "667 (v202212-2) wants PostgreSQL 11 to 14" },
    { release: 692, version: "15.2", problem: undefined },
    {
      release: 722,
      version: "14.3",
      problem: "722 (v202307-1) wants PostgreSQL 12 to 15, of 14 at least 14.4",
    },
    { release: 722, version: "14.4", problem: undefined },
    { release: 776, version: "16.1", problem: undefined },
    { release: 789, version: "16.1", problem: undefined },
    {
      release: 811,
      version: "12.19",
      problem: "v202503-1 (811) wants PostgreSQL 13 to 16, of 14 at least 14.4",
    },
    { release: 811, version: "13.4", problem: undefined },
    {
      release: 811,
      version: "17.0",
      problem: "v202503-1 (811) wants PostgreSQL 13 to 16, of 14 at least 14.4",
    },
  ])("$release on PostgreSQL $version", ({ release, version, problem }) => {
    expect(postgresProblem(releaseOf(release), version)).toBe(problem);
  });

  it.each([
    { release: "1.0.3", version: "17.2", problem: "1.0.3 wants PostgreSQL 13 to 16, of 14 at least 14.4" },
    { release: "1.1.0", version: "17.2", problem: undefined },
    { release: "1.1.4", version: "13.9", problem: undefined },
    { release: "1.2.0", version: "13.9", problem: "1.2.0 wants PostgreSQL 14 to 17, of 14 at least 14.4" },
    { release: "2.1.0", version: "18.0", problem: undefined },
  ])("$release on PostgreSQL $version", ({ release, version, problem }) => {
    expect(postgresProblem(releaseOf(release), version)).toBe(problem);
  });

  it.each<[from: string, hops: readonly string[], floors: readonly string[]]>([
    ["v202503-1", ["1.2.2"], ["PostgreSQL 14 before 1.2.2", "Redis 6.2 before 1.2.2"]],
    ["1.1.4", ["1.2.0", "2.0.5"], ["PostgreSQL 14 before 1.2.0"]],
    ["1.2.2", ["2.0.5"], []],
    ["v202309-1", ["v202406-1", "1.1.0"], ["PostgreSQL 13 before 1.1.0", "Redis 6.2 before 1.1.0"]],
    // What the table does not know of the running release is no reason to leave out what it knows of the next.
    ["642", ["655"], ["PostgreSQL 11 before 655 (v202209-2)"]],
  ])("from %s over %j is needed on the way: %j", (from, hops, floors) => {
    expect(floorsOnPath(releaseOf(from), hops.map(releaseOf))).toEqual(floors);
  });

  it.each<[releases: readonly string[], version: string, next: number | undefined]>([
    [["1.1.4", "1.2.2"], "13.9", 14],
    [["v202401-1", "2.0.5"], "13.9", 14],
    [["1.2.2"], "17.2", undefined],
    [["2.0.5"], "17.2", 18],
  ])("of %j after PostgreSQL %s is next: %s", (releases, version, next) => {
    expect(nextPostgres(releases.map(releaseOf), version)).toBe(next);
  });

  it.each(["postgres", "redis"] as const)(
    "of %s is told release by release, in order, and only where the table knows it",
    (of) => {
      const since = table[of].map((rule) => releaseOf(rule.since));
      expect(since).toEqual([...since].sort(compareReleases));
      expect(since.filter((release) => releaseFacts(release) === undefined)).toEqual([]);
      expect(releaseFacts(releaseOf(642))?.[of]).toBeUndefined();
      expect(releaseFacts(releaseOf("1.1.0"))?.[of]?.min).toBe({ postgres: "13", redis: "6.2" }[of]);
    },
  );
});

describe("the order", () => {
  const any = fc.constantFrom(...RELEASES);

  test("property: is the table's", () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(Math.sign(compareReleases(a, b))).toBe(Math.sign(RELEASES.indexOf(a) - RELEASES.indexOf(b)));
      }),
    );
  });

  it("puts what is not in the table before all that is", () => {
    expect(compareReleases(UNKNOWN_RELEASE, releaseOf("v201804-1"))).toBeLessThan(0);
  });
});

describe("an id that has a release in it", () => {
  it.each(RELEASES)("may be or begin that of a database snapshot: %s", (release) => {
    const run = runId(Date.UTC(2026, 10, 23, 3, 15), release, "k3f9");
    for (const id of [run, snapshotName(run, release), `${snapshotName(run, release)}-9`])
      expect(id).toMatch(/^(?=.{1,255}$)[a-z](?:-?[a-z0-9])*$/);
  });

  it("is as before for a release with a number", () => {
    expect(runId(Date.UTC(2026, 10, 23, 3, 15), releaseOf(642), "k3f9")).toBe("run-20261123-031500-642-k3f9");
    expect(releaseInId(releaseOf("1.2.0"))).toBe("1-2-0");
  });
});

test("a release that a container exists of is named by its tag, any other by its number", () => {
  expect(shortName(releaseOf("v202503-1"))).toBe("v202503-1");
  expect(releaseLabel(releaseOf("v202503-1"))).toBe("v202503-1 (811)");
  expect(shortName(releaseOf("v202207-2"))).toBe("642");
  expect(releaseLabel(releaseOf("v202207-2"))).toBe("642 (v202207-2)");
  expect(releaseLabel(releaseOf("1.2.2"))).toBe("1.2.2");
  // Installed by number, and part of ids, as before.
  expect([releaseNumber(releaseOf("v202503-1")), releaseInId(releaseOf("v202503-1"))]).toEqual([811, "811"]);
});
