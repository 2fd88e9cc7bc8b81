import { isAvailable, type Release, RELEASES } from "../domain/release";
import type { Build } from "../ports/stack";
import type { Tfe } from "../ports/tfe";

type Asked = Pick<Tfe, "packaging" | "facts">;

/** Every path on which a node of the release answers a load balancer; the release's own is first. */
export const healthPathsOf = ({ facts }: Asked, release: Release): readonly string[] => [
  facts.healthPath(release),
  ...(facts.otherHealthPaths?.(release) ?? []),
];

/**
 * What the stack's own load balancer must ask from the update on that starts the release. Nothing where all releases of the
 * packaging answer on one path.
 */
export function pathWithPin({ packaging, facts }: Asked, release: Release): Pick<Build, "healthPath"> {
  const all = RELEASES.filter((one) => isAvailable(one, packaging)).map((one) => facts.healthPath(one));
  return new Set(all).size > 1 ? { healthPath: facts.healthPath(release) } : {};
}
