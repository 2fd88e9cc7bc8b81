import table from "../../orchestration/domain/releases.json";
import { upgradePath } from "../../orchestration/domain/path";
import {
  ACTIVE_ACTIVE_SINCE,
  parseRelease,
  postgresFor,
  postgresProblem,
  releaseBySequence,
  releaseLabel,
  RELEASES,
} from "../../orchestration/domain/releases";

describe("a release is found by its sequence or its name, however it was typed", () => {
  it.each(["642", "v202207-2", "V202207-2", " 642 ", "\tv202207-2\n"])("%j is 642", (text) => {
    expect(parseRelease(text)?.sequence).toBe(642);
  });

  it.each(["abc", "12345", "v202207-9", "", " ", "-642", "642.0", "0x282", "6 42", "v202207", "202207-2", "643"])(
    "%j is none",
    (text) => {
      expect(parseRelease(text)).toBeUndefined();
    },
  );

  it("and every release of the table by both", () => {
    for (const release of RELEASES) {
      expect(parseRelease(release.name)).toBe(release);
      expect(parseRelease(String(release.sequence))).toBe(release);
    }
  });
});

test("a label gives both names where both are known", () => {
  expect(releaseLabel(642)).toBe("642 (v202207-2)");
  expect(releaseLabel(643)).toBe("643");
});

describe("the table", () => {
  const sequences = RELEASES.map((release) => release.sequence);

  it("has each sequence once, in rising order", () => {
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
  });

  it("has each name once, in the order of the sequences", () => {
    const names = RELEASES.map((release) => release.name);
    expect(names).toEqual([...new Set(names)].sort());
    for (const name of names) expect(name).toMatch(/^v20\d{2}(0[1-9]|1[0-2])-\d[a-z]?$/);
  });

  it("requires these since Active/Active, and no other", () => {
    const required = RELEASES.filter((r) => r.required === true && r.sequence >= ACTIVE_ACTIVE_SINCE);
    expect(required.map((r) => r.sequence)).toEqual([519, 610, 642, 692, 776]);
  });

  it("knows which releases nobody should run", () => {
    expect(RELEASES.filter((r) => r.withdrawn !== undefined).map((r) => r.sequence)).toEqual([763]);
    expect(RELEASES.filter((r) => r.deniedForActiveActive !== undefined).map((r) => r.sequence)).toEqual([764]);
    expect(RELEASES.filter((r) => r.brokenHealthCheck === true).map((r) => r.sequence)).toEqual([609, 610]);
  });

  it("never requires a release that cannot be run, so that a way through always exists", () => {
    const impassable = RELEASES.filter((r) => r.required === true && (r.withdrawn ?? r.deniedForActiveActive));
    expect(impassable).toEqual([]);
    expect(upgradePath(ACTIVE_ACTIVE_SINCE, Math.max(...sequences)).legal).toBe(true);
  });

  it("begins Active/Active with a release that it has", () => {
    expect(releaseBySequence(ACTIVE_ACTIVE_SINCE)?.name).toBe("v202101-1");
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
      problem: "811 (v202503-1) wants PostgreSQL 13 to 16, of 14 at least 14.4",
    },
    { release: 811, version: "13.4", problem: undefined },
    {
      release: 811,
      version: "17.0",
      problem: "811 (v202503-1) wants PostgreSQL 13 to 16, of 14 at least 14.4",
    },
  ])("$release on PostgreSQL $version", ({ release, version, problem }) => {
    expect(postgresProblem(release, version)).toBe(problem);
  });

  it("is told release by release, in order, and only where the table knows it", () => {
    const { postgres } = table;
    expect(postgres.map(({ since }) => since)).toEqual(postgres.map(({ since }) => since).sort((a, b) => a - b));
    expect(postgres.filter(({ since }) => releaseBySequence(since) === undefined)).toEqual([]);
    expect(postgresFor(642)).toBeUndefined();
  });
});
