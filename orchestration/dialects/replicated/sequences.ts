import { givenSettings } from "../../../infra/nodes/replicated/settings";
import { RepaveError } from "../../domain/errors";
import { recordedRelease, type Release, releaseNumber } from "../../domain/release";
import type { StackKeys } from "../../ports/stack";

/** The release that Replicated knows by this ReleaseSequence. */
export const releaseOfSequence = (sequence: number): Release => recordedRelease(sequence);

/** `tfe:releaseSequence`, which is 0 in the outputs where an airgap package decides. */
export const SEQUENCE_KEYS: StackKeys = {
  packaging: "replicated",
  owns: ({ releaseSequence }) => releaseSequence !== undefined,
  releaseOf: ({ releaseSequence = 0 }) => (releaseSequence === 0 ? undefined : releaseOfSequence(releaseSequence)),
  digestOf: () => undefined,
  keysOf(release) {
    const releaseSequence = releaseNumber(release);
    if (releaseSequence === undefined) throw new RepaveError("PATH_ILLEGAL", `${release} has no ReleaseSequence`);
    return { releaseSequence };
  },
  givenSettings,
};
