import { parseRelease, recordedRelease, type Release, releaseNumber } from "../release";

/**
 * A fleet moves between two groups behind one target group: the stack's own, and the former one, which other code built. An adoption is a repave
 * to the same release. `in`: the old nodes are the former group's. `back`: they are the stack's.
 */
export interface Adoption {
  readonly way: "in" | "back";
  /** The former group, by name. */
  readonly group: string;
}

/** What an adoption finds of the former group, and what the way back restores. */
export interface FoundGroup {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  /** What the group launches: the number of a template version, `$Latest` or `$Default`; `none`: no template. */
  readonly version: string;
  readonly suspended: readonly string[];
  /** What its nodes ran. */
  readonly release: Release;
  readonly image: string;
}

/** What a run wrote on the former group when it took the nodes over. */
export interface TakenOver {
  /** By whom, for which stack and when, as text for a person. */
  readonly by: string;
  readonly found: FoundGroup;
}

/** Most characters of a tag's value (EC2 User Guide, _Tag your Amazon EC2 resources_). */
const LONGEST = 256;

/** The text of a tag: only characters that every tag may have. */
export function foundInWords(found: FoundGroup): string {
  const { min, max, desired, version, suspended, release, image } = found;
  return [
    `${min}/${desired}/${max}`,
    `version=${version.replace("$", "")}`,
    `release=${releaseNumber(release) ?? release}`,
    `image=${image}`,
    ...(suspended.length === 0 ? [] : [`suspended=${suspended.join("+")}`]),
  ]
    .join(" ")
    .slice(0, LONGEST);
}

/** Undefined: somebody else wrote it, or changed it. */
export function parseFound(text: string): FoundGroup | undefined {
  const [, min, desired, max, version, name, image, suspended] =
    /^(\d+)\/(\d+)\/(\d+) version=(\w+) release=([\w.-]+) image=(ami-[\w-]+)(?: suspended=([A-Za-z+]+))?$/.exec(text) ??
    [];
  if (min === undefined || version === undefined || name === undefined || image === undefined) return undefined;
  const release = /^\d+$/.test(name) ? recordedRelease(Number(name)) : parseRelease(name);
  if (release === undefined) return undefined;
  return {
    min: Number(min),
    desired: Number(desired),
    max: Number(max),
    version: /^(?:Latest|Default)$/.test(version) ? `$${version}` : version,
    suspended: suspended?.split("+") ?? [],
    release,
    image,
  };
}
