import { ACTIVE_ACTIVE_SINCE, RELEASES, releaseBySequence, releaseLabel } from "./releases";

export type UpgradePath =
  { readonly legal: true; readonly hops: readonly number[] } | { readonly legal: false; readonly reason: string };

/**
 * The releases to pass through from one sequence to another, the target last. Every required release in between is a hop, since
 * a repaved node is a fresh install that steps through nothing by itself and refuses to start with
 * "missing required releases" (Terraform Enterprise: upgrade requirements). The same release is one hop: a new build of it.
 */
export function upgradePath(from: number, to: number): UpgradePath {
  const target = releaseBySequence(to);
  if (!target) return { legal: false, reason: `${to} is not a release of Terraform Enterprise` };
  if (!releaseBySequence(from)) return { legal: false, reason: `the fleet runs ${from}, which is not a known release` };
  if (to < from) {
    return {
      legal: false,
      reason: `${releaseLabel(to)} is older than ${releaseLabel(from)}, which the fleet runs: there is no downgrade`,
    };
  }
  if (target.withdrawn) return { legal: false, reason: `${releaseLabel(to)} was ${target.withdrawn}` };
  if (target.deniedForActiveActive) {
    return { legal: false, reason: `${releaseLabel(to)} cannot run Active/Active: ${target.deniedForActiveActive}` };
  }
  if (to < ACTIVE_ACTIVE_SINCE) {
    return {
      legal: false,
      reason: `${releaseLabel(to)} is older than Active/Active (${releaseLabel(ACTIVE_ACTIVE_SINCE)})`,
    };
  }
  const between = RELEASES.filter((r) => r.required === true && r.sequence > from && r.sequence < to);
  return { legal: true, hops: [...between.map((r) => r.sequence), to] };
}
