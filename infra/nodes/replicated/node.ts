import type { StackConfig } from "../../config/index";
import { encodeUserData } from "../boot";
import type { NodeKind } from "../kind";
import { HEALTH_PATH } from "./healthPath";
import { serviceSettings } from "./settings";
import { missingDigests, sourcesOf } from "./sources";
import { renderUserData } from "./userData";

/** A node of Terraform Enterprise on Replicated. */
export function replicatedNode(config: StackConfig): NodeKind {
  const { releaseSequence } = config;
  return {
    release: releaseSequence === undefined ? undefined : String(releaseSequence),
    releaseInWords: `release ${releaseSequence ?? "of the airgap package"}`,
    // 0 where an airgap package decides and the stack does not say.
    outputs: { releaseSequence: releaseSequence ?? 0 },
    settingsKey: "appConfig",
    settings: config.appConfig,
    healthPath: { path: HEALTH_PATH, varies: false },
    secretArns: [],
    sources: sourcesOf(config),
    missingDigests: missingDigests(config),
    repository: undefined,
    userData: (settingsSecretArn) => encodeUserData(renderUserData({ ...config, settingsSecretArn })),
    serviceSettings,
  };
}
