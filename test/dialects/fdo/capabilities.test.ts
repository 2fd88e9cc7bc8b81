import {
  capabilitiesOf,
  drainHazardsOf,
  healthPathOf,
  otherHealthPathsOf,
} from "../../../orchestration/dialects/fdo/capabilities";
import { type Release, RELEASES, releaseFacts } from "../../../orchestration/domain/release";

const of = (release: string) => capabilitiesOf(release as Release);

it.each([
  ["v202309-1", "/_health_check", "health check", false, false, 0],
  ["v202409-1", "/_health_check", "health check", true, false, 0],
  ["1.1.4", "/_health_check", "health check", true, false, 0],
  ["1.2.0", "/_health_check", "readiness", true, false, 0],
  ["1.2.2", "/api/v1/health/readiness", "readiness", true, false, 0],
  ["2.0.0", "/api/v1/health/readiness", "readiness", true, true, 30_000],
  ["2.1.0", "/api/v1/health/readiness", "readiness", true, true, 30_000],
  // Newer than the table of releases.
  ["9.0.0", "/api/v1/health/readiness", "readiness", true, true, 30_000],
  ["unknown", "/api/v1/health/readiness", "readiness", true, true, 30_000],
])("%s", (release, path, kind, versionCommand, upgradeCheck, quietAfterZeroMs) => {
  expect(healthPathOf(release as Release)).toBe(path);
  expect(of(release)).toMatchObject({ probe: { kind }, versionCommand, upgradeCheck, quietAfterZeroMs });
});

it.each([
  ["v202503-1", []],
  ["1.2.0", []],
  ["1.2.1", ["/_health_check"]],
  ["1.2.2", ["/_health_check"]],
  ["2.0.0", []],
  ["unknown", []],
])("besides that, %s may be asked %j", (release, paths) => {
  expect(otherHealthPathsOf(release as Release)).toEqual(paths);
});

it("asks a node what its load balancer asks, but for 1.2.0, and never what a release has given up", () => {
  for (const release of RELEASES.filter((each) => releaseFacts(each)?.packagings.includes("fdo"))) {
    const { path } = of(release).probe;
    expect(path.split("?")[0]).toBe(release === "1.2.0" ? "/api/v1/health/readiness" : healthPathOf(release));
  }
});

it.each([
  ["v202309-1", 1],
  ["v202408-1", 2],
  ["v202409-2", 1],
  ["v202409-3", 1],
  ["v202410-1", 0],
  ["1.2.2", 0],
  ["9.0.0", 1],
])("the drain of %s has %i hazards", (release, count) => {
  expect(drainHazardsOf(release as Release)).toHaveLength(count);
});
