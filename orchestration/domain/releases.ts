import table from "./releases.json";

/** A release of Terraform Enterprise on Replicated. `sequence` is its ReleaseSequence. */
export interface Release {
  readonly sequence: number;
  /** `v202207-2`. */
  readonly name: string;
  /** Cannot be skipped: it must be started before anything newer ("required release" in the vendor's tables). */
  readonly required?: boolean;
  /** Why the vendor took it back. */
  readonly withdrawn?: string;
  /** Why Active/Active cannot run it. */
  readonly deniedForActiveActive?: string;
  /** Ships a `health-check` command that is not there; the gate then relies on the application's own full check. */
  readonly brokenHealthCheck?: boolean;
  /** What an operator should know before choosing it. */
  readonly notes?: readonly string[];
}

export const RELEASES: readonly Release[] = table.releases;

/** Which PostgreSQL a release runs on, as `major` or `major.minor`. */
export interface PostgresRule {
  /** First release that it holds for; it holds until the next rule. */
  readonly since: number;
  readonly min: string;
  /** Newest major version that the vendor names; absent where no page says. */
  readonly max?: number;
  /** First usable minor version of a major one. */
  readonly from?: string;
}

const POSTGRES: readonly PostgresRule[] = table.postgres;

/** What the release wants of its database; undefined where the vendor's pages do not say. */
export const postgresFor = (sequence: number): PostgresRule | undefined =>
  POSTGRES.findLast(({ since }) => since <= sequence);

/** Why the release does not run on this version of PostgreSQL (`14.15`); undefined: it does, or nobody knows. */
export function postgresProblem(sequence: number, version: string): string | undefined {
  const rule = postgresFor(sequence);
  if (!rule) return undefined;
  const { min, max, from } = rule;
  const [major] = numbers(version);
  const tooOld = isBelow(version, min);
  const tooNew = max !== undefined && major > max;
  const defective = from !== undefined && major === numbers(from)[0] && isBelow(version, from);
  if (!tooOld && !tooNew && !defective) return undefined;
  const range = max === undefined ? `${min} or newer` : `${min} to ${max}`;
  return `${releaseLabel(sequence)} wants PostgreSQL ${range}${from === undefined ? "" : `, of ${numbers(from)[0]} at least ${from}`}`;
}

const numbers = (version: string): readonly [major: number, minor: number] => {
  const [major = "", minor = ""] = version.split(".");
  return [Number.parseInt(major, 10) || 0, Number.parseInt(minor, 10) || 0];
};

function isBelow(version: string, least: string): boolean {
  const [major, minor] = numbers(version);
  const [leastMajor, leastMinor] = numbers(least);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

/** First release with Active/Active. */
export const ACTIVE_ACTIVE_SINCE = table.activeActiveSince;

export const releaseBySequence = (sequence: number): Release | undefined =>
  RELEASES.find((release) => release.sequence === sequence);

/** Finds a release by `642` or `v202207-2`; undefined where there is none. Sequences are not contiguous. */
export function parseRelease(text: string): Release | undefined {
  const word = text.trim();
  return /^\d+$/.test(word)
    ? releaseBySequence(Number(word))
    : RELEASES.find((release) => release.name === word.toLowerCase());
}

/** `642 (v202207-2)`. */
export function releaseLabel(sequence: number): string {
  const known = releaseBySequence(sequence);
  return known ? `${sequence} (${known.name})` : String(sequence);
}
