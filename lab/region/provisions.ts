import type { BucketFlaw, Provisions, RegionState } from "./model";

/** Enough for sixteen nodes of the usual type. */
const USUAL_QUOTA = 64;

/** What the account is granted, to be read and changed. */
export function provisionsOf(state: RegionState): Provisions {
  state.provisions ??= { vcpuQuota: USUAL_QUOTA, zonesWithoutTypes: [], unversionedBuckets: [], bucketFlaws: {} };
  return state.provisions;
}

export const hasFlaw = (state: RegionState, bucket: string, flaw: BucketFlaw): boolean =>
  provisionsOf(state).bucketFlaws?.[bucket]?.includes(flaw) === true;
