import type { NodeAddress } from "./nodeShell";

/**
 * Checks, before the outage, that everything a node boots from exists. It launches nothing, changes nothing, and never passes on
 * a secret. Each method returns the reason why booting would fail, or undefined.
 */
export interface BootProbe {
  /** Asks AWS whether it would launch from this template version in every subnet of the group. */
  launchProblem(templateVersion: number): Promise<string | undefined>;
  /** Checks that the secret exists and is not scheduled for deletion, with the operator's permissions. */
  secretProblem(arn: string): Promise<string | undefined>;
  /** Checks on that node that the node's own role can read the secret. Throws as `NodeShell` does. */
  nodeSecretProblem(node: NodeAddress, arn: string): Promise<string | undefined>;
  /** Checks on that node that the URL (https or s3) can be reached. Fetches only its head. */
  nodeSourceProblem(node: NodeAddress, url: string): Promise<string | undefined>;
}
