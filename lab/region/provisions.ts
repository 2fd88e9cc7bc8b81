import type { Provisions, RegionState } from "./model";

/** Enough for sixteen nodes of the usual type. */
const USUAL_QUOTA = 64;

/** What the account is granted, to be read and changed. */
export function provisionsOf(state: RegionState): Provisions {
  state.provisions ??= { vcpuQuota: USUAL_QUOTA, zonesWithoutTypes: [], unversionedBuckets: [] };
  return state.provisions;
}
