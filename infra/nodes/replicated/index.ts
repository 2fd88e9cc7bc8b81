/** A node of Terraform Enterprise on Replicated, as the rest of the program asks for it. */
import type { StackConfig } from "../../config";

export { serviceSettings } from "./settings";
export { encodeUserData } from "../boot";
export { renderUserData } from "./userData";

/** What load balancer and orchestrator ask whether the application answers. */
export const HEALTH_PATH = "/_health_check";

type Sources = Pick<StackConfig, "installerUrl" | "airgapPackageUrl" | "airgapInstallerUrl">;

/** What a node downloads at boot: the installer, or airgap package and installer. */
export function sourcesOf({ installerUrl, airgapPackageUrl, airgapInstallerUrl }: Sources): readonly string[] {
  const airgap = [airgapPackageUrl, airgapInstallerUrl].filter((url) => url !== undefined);
  return airgap.length > 0 ? airgap : [installerUrl];
}
