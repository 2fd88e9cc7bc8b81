import { RepaveError } from "../../domain/errors";
import { recordedRelease, type Release, releaseFacts } from "../../domain/release";
import type { ReleaseKeys } from "../../ports/stack";

/** The release that Replicated knows by this ReleaseSequence. */
export const releaseOfSequence = (sequence: number): Release => recordedRelease(sequence);

/** The ReleaseSequence of a release; that of one which the table does not know is all that is known of it. Undefined: it has none. */
export function sequenceOf(release: Release): number | undefined {
  return releaseFacts(release)?.sequence ?? (/^\d+$/.test(release) ? Number(release) : undefined);
}

/** `tfe:releaseSequence`, which is 0 in the outputs where an airgap package decides. */
export const SEQUENCE_KEYS: ReleaseKeys = {
  releaseOf: ({ releaseSequence = 0 }) => (releaseSequence === 0 ? undefined : releaseOfSequence(releaseSequence)),
  keysOf(release) {
    const releaseSequence = sequenceOf(release);
    if (releaseSequence === undefined) throw new RepaveError("INTERNAL", `${release} has no ReleaseSequence`);
    return { releaseSequence };
  },
};
