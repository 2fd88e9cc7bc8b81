/** What `--accept` calls a build that could not be shown to boot. */
export const BOOT_PROOF = "boot-proof";

/** What is shown before the outage: nothing; what AWS says; or besides what a node itself can read. */
export type BootProofMode = "off" | "launch" | "node";

export interface BootProof {
  readonly mode: BootProofMode;
  /** Secrets that a node reads at boot. */
  readonly secretArns: readonly string[];
  /** What it downloads: installer, or airgap package and installer. */
  readonly sources: readonly string[];
}
