/** Whether a fleet may move from one packaging to another, and what a path over both of them is. Pure. */
import {
  compareReleases,
  hazardsOf,
  isAvailable,
  type Packaging,
  PACKAGINGS,
  packagingName,
  type Release,
  releaseFacts,
  releaseLabel,
  RELEASES,
  shortName,
  UNKNOWN_RELEASE,
  upgradePath,
} from "../release";

/** The other one. */
export const otherPackaging = (packaging: Packaging): Packaging =>
  PACKAGINGS.find((each) => each !== packaging) ?? packaging;

/** Fleets move this way: the packaging that new releases come in. */
export const DESTINATION = PACKAGINGS.find((each) => isAvailable(RELEASES.at(-1) ?? UNKNOWN_RELEASE, each));

/** Releases that exist in both packagings, oldest first, and that Active/Active runs in both. */
const MEETING: readonly Release[] = RELEASES.filter((release) =>
  PACKAGINGS.every((packaging) => upgradePath(release, release, packaging).legal),
);

/** The last release on which a fleet can move: everybody passes it. */
export const LAST_MEETING = MEETING.at(-1);

/** Before this one the application does not drain reliably in a container, and its own help for a move is wrong. Source: its release notes. */
const SENSIBLE_SINCE = RELEASES.find((release) => release === "v202410-1");

/** Why a fleet on this release cannot move, and stays as it is. Undefined: it can. */
export function moveObstacle(release: Release, to: Packaging): string | undefined {
  if (release === UNKNOWN_RELEASE)
    return "the fleet does not say which release it runs: set it in the stack file, and run `pulumi up`";
  if (!releaseFacts(release)) return `the fleet runs ${releaseLabel(release)}, which is not a known release`;
  if (MEETING.includes(release)) return undefined;
  const from = otherPackaging(to);
  const refused = PACKAGINGS.flatMap((each) => hazardsOf(release, each)).find((hazard) => hazard.refused === true);
  if (refused && isAvailable(release, to)) return `${releaseLabel(release)}: ${refused.reason}`;
  return `${releaseLabel(release)} is not available for ${packagingName(isAvailable(release, from) ? to : from)}`;
}

/** What speaks against a move at this release, in a sentence. Undefined: nothing that is known. */
export function moveCaution(release: Release): string | undefined {
  if (SENSIBLE_SINCE === undefined || compareReleases(release, SENSIBLE_SINCE) >= 0) return undefined;
  return `${releaseLabel(release)} drains badly in a container: upgrade to ${releaseLabel(SENSIBLE_SINCE)} or newer before the move`;
}

/** How a fleet comes to a release that its packaging does not have. */
export interface Detour {
  /** The releases before the move, the one of the move last; empty: the fleet can move as it is. */
  readonly before: readonly Release[];
  /** The releases after the move, the target last. */
  readonly after: readonly Release[];
}

/** Undefined: there is no such path, or none is needed. */
export function detourTo(from: Release, to: Release, packaging: Packaging): Detour | undefined {
  const other = otherPackaging(packaging);
  if (isAvailable(to, packaging) || !isAvailable(to, other) || LAST_MEETING === undefined) return undefined;
  const before = upgradePath(from, LAST_MEETING, packaging);
  const after = upgradePath(LAST_MEETING, to, other);
  if (!before.legal || !after.legal) return undefined;
  return { before: from === LAST_MEETING ? [] : before.hops, after: after.hops };
}

/** `610 (v202204-2) → v202503-1 (811), then migrate, then → 1.2.2`. */
export function detourLabel(from: Release, { before, after }: Detour): string {
  const first = [from, ...before].map(releaseLabel).join(" → ");
  return `${first}, then migrate, then → ${after.map(releaseLabel).join(" → ")}`;
}

/** The commands of the detour, in order. */
export function detourCommands(stack: string, { before, after }: Detour): readonly string[] {
  const upgrade = (release: Release | undefined): readonly string[] =>
    release === undefined ? [] : [`npm run upgrade -- --release ${shortName(release)} --stack ${stack}`];
  return [...upgrade(before.at(-1)), `npm run migrate -- --stack ${stack}`, ...upgrade(after.at(-1))];
}
