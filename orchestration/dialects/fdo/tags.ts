import { digestFor, IMAGE_TAG, pinnedTag } from "../../../infra/nodes/fdo/imageTag";
import { givenEnvironment } from "../../../infra/nodes/fdo/userData";
import { RepaveError } from "../../domain/errors";
import { recordedRelease } from "../../domain/release";
import type { StackKeys } from "../../ports/stack";

/** `tfe:imageTag`, which is the name of the release, and `tfe:imageDigest`, which counts for the tag that it names. */
export const TAG_KEYS: StackKeys = {
  packaging: "fdo",
  owns: ({ imageTag }) => imageTag !== undefined,
  releaseOf: ({ imageTag }) => (imageTag === undefined ? undefined : recordedRelease(imageTag)),
  digestOf: ({ imageTag, imageDigest }) => (imageTag === undefined ? undefined : digestFor(imageTag, imageDigest)),
  keysOf(release, digest) {
    if (!IMAGE_TAG.test(release)) throw new RepaveError("PATH_ILLEGAL", `${release} is not the tag of an image`);
    return { imageTag: release, ...(digest === undefined ? {} : { imageDigest: pinnedTag(release, digest) }) };
  },
  givenSettings: givenEnvironment,
};
