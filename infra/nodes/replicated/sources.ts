/** What a node on Replicated downloads at its first boot, and runs or unpacks as root. Pure. */
import type { StackConfig } from "../../config";
import type { Source } from "../boot";

type Keys = Pick<
  StackConfig,
  | "installerUrl"
  | "installerSha256"
  | "airgapPackageUrl"
  | "airgapPackageSha256"
  | "airgapInstallerUrl"
  | "airgapInstallerSha256"
>;

/** The installer, or airgap package and installer. */
export function sourcesOf(keys: Keys): readonly Source[] {
  const airgap = [
    { url: keys.airgapPackageUrl, digestKey: "airgapPackageSha256", sha256: keys.airgapPackageSha256 },
    { url: keys.airgapInstallerUrl, digestKey: "airgapInstallerSha256", sha256: keys.airgapInstallerSha256 },
  ].flatMap(({ url, ...digest }) => (url === undefined ? [] : [{ url, ...digest }]));
  const installer = { url: keys.installerUrl, digestKey: "installerSha256", sha256: keys.installerSha256 };
  return airgap.length > 0 ? airgap : [installer];
}

/**
 * Keys that a stack should set and does not: an airgap package is chosen and copied by people, who know what it must be. The
 * vendor's own installer changes when the vendor says so.
 */
export function missingDigests(keys: Keys): readonly string[] {
  if (keys.airgapPackageUrl === undefined) return [];
  return (["airgapPackageSha256", "airgapInstallerSha256"] as const).filter((key) => keys[key] === undefined);
}
