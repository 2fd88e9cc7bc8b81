import {
  type HealthCheckQuestion,
  healthCheckProblem,
  type HealthPaths,
} from "../../../orchestration/domain/ahead/healthCheck";
import { compareReleases, type Release } from "../../../orchestration/domain/release";
import { releaseOf } from "../../support/release";

const OLD = "/_health_check";
const NEW = "/api/v1/health/readiness";

/** As the vendor's releases answer: the old path up to 1.2, the new one from 1.2.1 on. */
const paths: HealthPaths = (release) => {
  const since = (other: string): boolean => compareReleases(release, releaseOf(other)) >= 0;
  if (since("2.0.0")) return [NEW];
  return since("1.2.1") ? [NEW, OLD] : [OLD];
};

const question = (from: string, ...hops: readonly string[]): HealthCheckQuestion => ({
  from: releaseOf(from),
  hops: hops.map(releaseOf),
  packaging: "fdo",
  paths,
});

const asked = (path: string | undefined, codes = "200"): { path: string | undefined; codes: string } => ({
  path,
  codes,
});

describe("a target group", () => {
  it.each<{ path: string | undefined; from: string; hops: readonly string[] }>([
    { path: OLD, from: "v202410-1", hops: ["v202503-1", "1.1.4"] },
    { path: OLD, from: "1.1.4", hops: ["1.2.2"] },
    { path: OLD, from: "1.1.4", hops: ["1.2.0"] },
    { path: NEW, from: "1.2.2", hops: ["2.0.5"] },
    { path: undefined, from: "1.1.4", hops: ["2.0.5"] },
  ])("that asks $path is right from $from to $hops", ({ path, from, hops }) => {
    expect(healthCheckProblem(asked(path), question(from, ...hops))).toBeUndefined();
  });

  it("that asks where 1.2.0 answers with a redirect is refused, and 1.2.0's own path is named", () => {
    expect(healthCheckProblem(asked(NEW), question("1.1.4", "1.2.0"))).toEqual({
      failure: `1.2.0 answers on ${OLD}, and the target group asks ${NEW}`,
      path: OLD,
    });
  });

  it("is changed before the run where the running release answers on both paths", () => {
    expect(healthCheckProblem(asked(OLD), question("1.2.2", "2.0.5"))).toEqual({
      failure: `2.0.5 answers on ${NEW}, and the target group asks ${OLD}`,
      path: NEW,
    });
  });

  it("is never changed under a release that does not answer there: one in between that answers on both comes first", () => {
    expect(healthCheckProblem(asked(OLD), question("1.1.4", "2.0.5"))).toMatchObject({ path: NEW, first: "1.2.3" });
    expect(healthCheckProblem(asked(OLD), question("v202401-1", "v202406-1", "2.0.5"))).toMatchObject({
      path: NEW,
      first: "1.2.3",
    });
  });

  it("is changed with no node running where no release answers on both", () => {
    const apart = (release: Release): readonly string[] => [release === "2.0.5" ? "/new" : OLD];
    expect(healthCheckProblem(asked(OLD), { ...question("2.0.4", "2.0.5"), paths: apart })).toMatchObject({
      path: "/new",
      first: "unknown",
    });
  });

  it.each(["200", "200,301", "200-399", "200-299,302"])("may count %s as healthy", (codes) => {
    expect(healthCheckProblem(asked(OLD, codes), question("1.1.3", "1.1.4"))).toBeUndefined();
  });

  it.each<[codes: string, says: string]>([
    ["200-499", "answers of a node that fails count as healthy (200-499)"],
    ["200,503", "answers of a node that fails count as healthy (200,503)"],
    ["301", "200 does not count as healthy (301)"],
    ["", "200 does not count as healthy ()"],
  ])("must not count %s as healthy", (codes, failure) => {
    expect(healthCheckProblem(asked(OLD, codes), question("1.1.3", "1.1.4"))).toEqual({ failure, codes: "200" });
  });

  it("says both where path and codes are wrong", () => {
    const problem = healthCheckProblem(asked(OLD, "200-499"), question("1.2.2", "2.0.5"));
    expect(problem).toMatchObject({ path: NEW, codes: "200" });
    expect(problem?.failure).toMatch(/answers on .* asks .*; answers of a node that fails/);
  });
});
