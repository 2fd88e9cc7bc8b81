import type { StackConfig } from "../../config/index";
import { encodeUserData } from "../boot";
import type { NodeKind } from "../kind";
import { healthPath } from "./healthPath";
import { digestFor, pinnedTag } from "./imageTag";
import { roleRepository } from "./registry";
import { serviceSettings } from "./services";
import { renderUserData } from "./userData";

/** A node of Terraform Enterprise in a container. */
export function containerNode(config: StackConfig & { readonly imageTag: string }): NodeKind {
  const { imageTag, registrySecretArn, environment, containerRuntime } = config;
  const imageDigest = digestFor(imageTag, config.imageDigest);
  return {
    release: imageTag,
    releaseInWords: `release ${imageTag}`,
    outputs: {
      imageTag,
      containerRuntime,
      ...(imageDigest === undefined ? {} : { imageDigest: pinnedTag(imageTag, imageDigest) }),
    },
    settingsKey: "environment",
    settings: environment,
    healthPath: { path: healthPath(imageTag), varies: true },
    secretArns: registrySecretArn === undefined ? [] : [registrySecretArn],
    // Nothing but the image, which a running node pulls before the outage: a digest names what it must be.
    sources: [],
    missingDigests: [],
    repository: roleRepository(config),
    userData: (settingsSecretArn) => encodeUserData(renderUserData({ ...config, imageDigest, settingsSecretArn })),
    serviceSettings,
  };
}
