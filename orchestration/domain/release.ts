import table from "./releases.json";

declare const brand: unique symbol;

/**
 * A release of Terraform Enterprise by the vendor's name: `v202207-2`, `1.2.0`. Opaque: it is read by `parseRelease`, ordered by
 * `compareReleases`, shown by `releaseLabel`, and all else that is known of it is in `releaseFacts`. How a dialect installs it
 * (a number, an image tag) is up to the dialect.
 */
export type Release = string & { readonly [brand]: true };

/** How the vendor packages the application. Some releases exist in one packaging only. */
export type Packaging = "replicated" | "fdo";

/** Something that a release does badly. */
export interface Hazard {
  readonly reason: string;
  readonly source: string;
  /** The packaging that it concerns; absent: every one. */
  readonly packaging?: Packaging;
  /** Active/Active cannot run the release at all. */
  readonly refused?: boolean;
}

/** Versions of a service that a release runs on. */
export interface VersionRule {
  /** Oldest version, as `major` or `major.minor`. */
  readonly min: string;
  /** Newest major version that the vendor names; absent where no page says. */
  readonly max?: number;
  /** First usable minor version of a major one. */
  readonly from?: string;
  readonly source: string;
}

/** What the vendor's pages say of a release. The sources of what names none are in the table itself. */
export interface ReleaseFacts {
  /** Number that the release index pages print beside the name; releases after v202503-1 have none. */
  readonly sequence?: number;
  readonly packagings: readonly Packaging[];
  /** Cannot be skipped: it must be started before anything newer ("required release" in the vendor's tables). */
  readonly required?: boolean;
  /** Why the vendor took it back. */
  readonly withdrawn?: { readonly reason: string; readonly source: string };
  readonly hazards: readonly Hazard[];
  /** Ships a `health-check` command that is not there; the gate then relies on the application's own full check. */
  readonly brokenHealthCheck?: boolean;
  /** Allowed on top of the build of the first node, for a migration of data that the release notes name. */
  readonly migrationMinutes?: number;
  /** What an operator should know before choosing it. */
  readonly notes?: readonly string[];
  /** Undefined where the vendor's pages do not say. */
  readonly postgres: VersionRule | undefined;
  readonly redis: VersionRule | undefined;
}

type Row = Omit<ReleaseFacts, "hazards" | "postgres" | "redis"> & { readonly name: string };
/** Holds from `since` on, until the next one. */
type RuleRow = VersionRule & { readonly since: string };
/** Concerns these releases, the first and the last included. */
type HazardRow = Hazard & { readonly since: string; readonly until: string };

const ROWS = table.releases as readonly Row[];
const HAZARDS = table.hazards as readonly HazardRow[];
const POSITIONS: ReadonlyMap<string, number> = new Map(ROWS.map(({ name }, index) => [name, index]));
const BY_SEQUENCE: ReadonlyMap<number | undefined, string> = new Map(
  ROWS.map(({ sequence, name }) => [sequence, name]),
);

/** Every packaging, by the vendor's order. */
export const PACKAGINGS = Object.keys(table.packagings) as readonly Packaging[];

/** Place in the table, which is the order; -1: not in it. */
const position = (release: string): number => POSITIONS.get(release) ?? -1;

/** Every known release, oldest first. The order is of versions, not of dates: 1.0.3 came out after 1.1.0 and is older. */
export const RELEASES: readonly Release[] = ROWS.map(({ name }) => name as Release);

/** First release with Active/Active. */
export const ACTIVE_ACTIVE_SINCE = table.activeActiveSince as Release;

/** Stands for the release of a fleet that does not say which it runs. */
export const UNKNOWN_RELEASE = "unknown" as Release;

/** Finds a release by `v202207-2` or, where it has a number, `642`; undefined where there is none. */
export function parseRelease(text: string): Release | undefined {
  const word = text.trim().toLowerCase();
  const name = /^\d+$/.test(word) ? BY_SEQUENCE.get(Number(word)) : word;
  return name !== undefined && POSITIONS.has(name) ? (name as Release) : undefined;
}

/**
 * The release that was written down, by name or, as in files of earlier versions of this program, by number. One
 * that the table does not know keeps what was written as its name.
 */
export const recordedRelease = (written: string | number): Release =>
  parseRelease(String(written)) ?? (String(written) as Release);

/** Below 0: `a` is older. A release that is not in the table is older than all that are. */
export const compareReleases = (a: Release, b: Release): number => position(a) - position(b);

/** What is known of a release; undefined where it is not in the table. */
export const releaseFacts = (release: Release): ReleaseFacts | undefined => FACTS.get(release);

/** The number of a release, or its name where it has none. */
const numberOrName = (release: Release): string => String(releaseFacts(release)?.sequence ?? release);

/** The short name, as an operator may type it: `642`, `1.2.0`. A release that a container exists of has its tag, which every fleet knows. */
export const shortName = (release: Release): string =>
  releaseFacts(release)?.packagings.includes("fdo") === true ? release : numberOrName(release);

/** The number that a release is installed by, also where the table does not know it; undefined: it has none. */
export const releaseNumber = (release: Release): number | undefined =>
  /^\d+$/.test(numberOrName(release)) ? Number(numberOrName(release)) : undefined;

/** Both names, the short one first: `642 (v202207-2)`, `v202503-1 (811)`, `1.2.0`. */
export function releaseLabel(release: Release): string {
  const short = shortName(release);
  const other = short === release ? numberOrName(release) : release;
  return other === short ? short : `${short} (${other})`;
}

/** The number or name with no characters but letters, digits and single hyphens, as a part of an id: `642`, `1-2-0`. */
export const releaseInId = (release: Release): string => numberOrName(release).replace(/[^a-z0-9]+/gi, "-");

/** What speaks against a release in this packaging, refusals included. */
export const hazardsOf = (release: Release, packaging: Packaging): readonly Hazard[] =>
  (releaseFacts(release)?.hazards ?? []).filter((hazard) => (hazard.packaging ?? packaging) === packaging);

const ruleAt = (rules: readonly RuleRow[], index: number): VersionRule | undefined =>
  rules.findLast(({ since }) => position(since) <= index);

const FACTS: ReadonlyMap<string, ReleaseFacts> = new Map(
  ROWS.map((row, index) => [
    row.name,
    {
      ...row,
      hazards: HAZARDS.filter(({ since, until }) => position(since) <= index && index <= position(until)),
      postgres: ruleAt(table.postgres, index),
      redis: ruleAt(table.redis, index),
    },
  ]),
);

/** Why the release does not run on this version of PostgreSQL (`14.15`); undefined: it does, or nobody knows. */
export function postgresProblem(release: Release, version: string): string | undefined {
  const rule = releaseFacts(release)?.postgres;
  if (!rule) return undefined;
  const { min, max, from } = rule;
  const [major] = numbers(version);
  const tooOld = isBelow(version, min);
  const tooNew = max !== undefined && major > max;
  const defective = from !== undefined && major === numbers(from)[0] && isBelow(version, from);
  if (!tooOld && !tooNew && !defective) return undefined;
  const range = max === undefined ? `${min} or newer` : `${min} to ${max}`;
  return `${releaseLabel(release)} wants PostgreSQL ${range}${from === undefined ? "" : `, of ${numbers(from)[0]} at least ${from}`}`;
}

/** What must be upgraded before a release on the path can start: `PostgreSQL 14 before 1.2.0`. Empty: nothing that the table knows. */
export function floorsOnPath(from: Release, hops: readonly Release[]): readonly string[] {
  const services = { PostgreSQL: "postgres", Redis: "redis" } as const;
  return Object.entries(services).flatMap(([name, service]) => {
    let floor = releaseFacts(from)?.[service]?.min ?? "0";
    return hops.flatMap((release) => {
      const min = releaseFacts(release)?.[service]?.min;
      if (min === undefined || !isBelow(floor, min)) return [];
      floor = min;
      return [`${name} ${min} before ${releaseLabel(release)}`];
    });
  });
}

/**
 * The next major version of PostgreSQL after this one on which all of these releases run, as far as the table says. Undefined: there is
 * none.
 */
export function nextPostgres(releases: readonly Release[], version: string): number | undefined {
  const [current] = numbers(version);
  const newest = Math.max(...table.postgres.map(({ max }) => max ?? 0));
  const newer = Array.from({ length: Math.max(0, newest - current) }, (_, index) => current + 1 + index);
  return newer.find((major) =>
    releases.every((release) => postgresProblem(release, `${major}.${LATE_MINOR}`) === undefined),
  );
}

/** A minor version past every defect. */
const LATE_MINOR = 99;

const numbers = (version: string): readonly [major: number, minor: number] => {
  const [major = "", minor = ""] = version.split(".");
  return [Number.parseInt(major, 10) || 0, Number.parseInt(minor, 10) || 0];
};

function isBelow(version: string, least: string): boolean {
  const [major, minor] = numbers(version);
  const [leastMajor, leastMinor] = numbers(least);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

export type UpgradePath =
  { readonly legal: true; readonly hops: readonly Release[] } | { readonly legal: false; readonly reason: string };

/**
 * The releases to pass through from one to another in a packaging, the target last. Every required release in between is a hop,
 * since a repaved node is a fresh install that steps through nothing by itself and refuses to start with
 * "missing required releases" (Terraform Enterprise: upgrade requirements). The same release is one hop: a new build of it.
 */
export function upgradePath(from: Release, to: Release, packaging: Packaging): UpgradePath {
  const [start, end] = [position(from), position(to)];
  const between = RELEASES.slice(start + 1, Math.max(start + 1, end)).filter((r) => releaseFacts(r)?.required === true);
  const reason = obstacle(from, to, packaging, between);
  return reason === undefined ? { legal: true, hops: [...between, to] } : { legal: false, reason };
}

/** Why the path cannot be taken; undefined: it can. */
function obstacle(from: Release, to: Release, packaging: Packaging, between: readonly Release[]): string | undefined {
  const facts = releaseFacts(to);
  if (!facts) return `${releaseLabel(to)} is not a release of Terraform Enterprise`;
  if (!isAvailable(to, packaging)) {
    const newest = RELEASES.findLast((release) => isAvailable(release, packaging));
    const hint = newest === undefined ? "" : `; its newest release is ${releaseLabel(newest)}`;
    return `${releaseLabel(to)} is not available for ${table.packagings[packaging]}${hint}`;
  }
  if (from === UNKNOWN_RELEASE) return "the fleet does not say which release it runs";
  if (!releaseFacts(from)) return `the fleet runs ${releaseLabel(from)}, which is not a known release`;
  if (compareReleases(to, from) < 0)
    return `${releaseLabel(to)} is older than ${releaseLabel(from)}, which the fleet runs: there is no downgrade`;
  if (facts.withdrawn) return `${releaseLabel(to)} was ${facts.withdrawn.reason}`;
  const refused = hazardsOf(to, packaging).find((hazard) => hazard.refused === true);
  if (refused) return `${releaseLabel(to)} cannot run Active/Active: ${refused.reason}`;
  if (compareReleases(to, ACTIVE_ACTIVE_SINCE) < 0)
    return `${releaseLabel(to)} is older than Active/Active (${releaseLabel(ACTIVE_ACTIVE_SINCE)})`;
  const missing = between.find((release) => !isAvailable(release, packaging));
  return (
    missing && `${releaseLabel(missing)} is required on the way, and not available for ${table.packagings[packaging]}`
  );
}

/** What an operator may choose in this packaging: neither withdrawn nor unfit for Active/Active. */
export const offeredReleases = (packaging: Packaging): readonly Release[] =>
  RELEASES.filter((release) => upgradePath(release, release, packaging).legal);

/** The vendor's name for a packaging. */
export const packagingName = (packaging: Packaging): string => table.packagings[packaging];

/** Whether the vendor offers the release in this packaging. */
export const isAvailable = (release: Release, packaging: Packaging): boolean =>
  releaseFacts(release)?.packagings.includes(packaging) === true;
