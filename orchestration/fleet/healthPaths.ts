import { isAvailable, type Packaging, type Release, RELEASES } from "../domain/release";
import type { Build } from "../ports/stack";
import type { Tfe, TfeFacts } from "../ports/tfe";

type Asked = Pick<Tfe, "packaging" | "facts" | "factsByPackaging">;

/** What holds on the nodes of this packaging. Undefined: on those that the stack's file describes. */
export const factsIn = (tfe: Asked, packaging: Packaging | undefined): TfeFacts =>
  (packaging === undefined ? undefined : tfe.factsByPackaging?.[packaging]) ?? tfe.facts;

/** Every path on which a node of the release answers a load balancer; the release's own is first. */
export function healthPathsOf(tfe: Asked, release: Release, packaging?: Packaging): readonly string[] {
  const facts = factsIn(tfe, packaging);
  return [facts.healthPath(release), ...(facts.otherHealthPaths?.(release) ?? [])];
}

/**
 * What the stack's own load balancer must ask from the update on that starts the release. Nothing where all releases of the
 * packaging answer on one path.
 */
export function pathWithPin(tfe: Asked, release: Release, packaging = tfe.packaging): Pick<Build, "healthPath"> {
  const facts = factsIn(tfe, packaging);
  const all = RELEASES.filter((one) => isAvailable(one, packaging)).map((one) => facts.healthPath(one));
  return new Set(all).size > 1 ? { healthPath: facts.healthPath(release) } : {};
}
