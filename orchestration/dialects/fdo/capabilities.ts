/** What differs from release to release: one table. Sources: the vendor's command line reference and release notes, by version. */
import { healthPath } from "../../../infra/nodes/fdo/healthPath";
import { compareImageTags, IMAGE_TAG } from "../../../infra/nodes/fdo/imageTag";
import { compareReleases, type Release, releaseFacts, releaseLabel, RELEASES } from "../../domain/release";

export interface Capabilities {
  /** What is asked on the node itself, with the application's own host name. */
  readonly probe: { readonly kind: "readiness" | "health check"; readonly path: string };
  /** `tfectl app version` exists. */
  readonly versionCommand: boolean;
  /** `tfectl app diagnostics` exists; before, `tfectl app status` says by its exit status whether all is well. */
  readonly diagnostics: boolean;
  /** The image brings a check of an upgrade to it. */
  readonly upgradeCheck: boolean;
  /** How long no node may have been alive before this release starts, in milliseconds. */
  readonly quietAfterZeroMs: number;
}

const FIRST: Capabilities = {
  probe: { kind: "health check", path: "/_health_check?full=1" },
  versionCommand: false,
  diagnostics: false,
  upgradeCheck: false,
  quietAfterZeroMs: 0,
};

/** Each from its release on, over what is above it. */
const CHANGES: readonly { readonly since: string; readonly change: Partial<Capabilities> }[] = [
  { since: "v202409-1", change: { versionCommand: true } },
  {
    since: "1.2.0",
    change: { probe: { kind: "readiness", path: "/api/v1/health/readiness?timeout=30" }, diagnostics: true },
  },
  // It refuses to start if another release was alive in the last 10 s; before 2.0 a node said only every 10 s that it is alive.
  { since: "2.0.0", change: { upgradeCheck: true, quietAfterZeroMs: 30_000 } },
];

/** What a release can do. One that the table of releases does not know is newer than that table. */
export function capabilitiesOf(release: Release): Capabilities {
  const isKnown = releaseFacts(release) !== undefined;
  const reached = CHANGES.filter(({ since }) => !isKnown || compareReleases(release, since as Release) >= 0);
  return reached.reduce<Capabilities>((all, { change }) => ({ ...all, ...change }), FIRST);
}

/** What a load balancer must ask; of a release that is no tag, what it must ask of the newest one. */
export const healthPathOf = (release: Release): string =>
  healthPath(IMAGE_TAG.test(release) ? release : (RELEASES.at(-1) ?? ""));

/** Releases that answer a load balancer on the old path as well: from the first with the new one on, until it is gone. */
const BOTH_PATHS = { since: "1.2.1", before: "2.0.0" } as const;

/** Other paths that a load balancer may ask. */
export function otherHealthPathsOf(release: Release): readonly string[] {
  const { since, before } = BOTH_PATHS;
  if (!IMAGE_TAG.test(release) || compareImageTags(release, since) < 0 || compareImageTags(release, before) >= 0)
    return [];
  return [healthPath(FIRST_RELEASE)];
}

/** The first release in a container. */
const FIRST_RELEASE = "v202309-1";

/** Between these, both included, the drain does something badly. Source: the release notes that name the fix. */
const DRAIN_HAZARDS: readonly { readonly since: string; readonly until: string; readonly hazard: string }[] = [
  {
    since: "v202309-1",
    until: "v202409-3",
    hazard:
      "the node may not hear of its drain and go on taking runs (fixed in v202410-1): let no run start while the nodes drain",
  },
  {
    since: "v202408-1",
    until: "v202409-1",
    hazard: "a drain may never end (fixed in v202409-2): cancel the runs that are left in Terraform Enterprise",
  },
];

/** What the drain of a release does badly, in words. */
export function drainHazardsOf(release: Release): readonly string[] {
  if (!releaseFacts(release)) return [`nothing is known of how ${releaseLabel(release)} drains`];
  const isIn = (since: string, until: string): boolean =>
    compareReleases(release, since as Release) >= 0 && compareReleases(release, until as Release) <= 0;
  return DRAIN_HAZARDS.filter(({ since, until }) => isIn(since, until)).map(({ hazard }) => hazard);
}
