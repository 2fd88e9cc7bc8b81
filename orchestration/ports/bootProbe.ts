import type { NodeAddress } from "./nodeShell";

/**
 * Whether what a node boots from is there, asked before it must be. Nothing is launched, changed or handed on; no secret leaves
 * the place where it is read. Each answers the reason why it would fail, or undefined.
 */
export interface BootProbe {
  /** AWS's word on launching from this version of the template, in every subnet of the group. */
  launchProblem(templateVersion: number): Promise<string | undefined>;
  /** Whether the secret is there and stays, as the operator sees it. */
  secretProblem(arn: string): Promise<string | undefined>;
  /** Whether a node's own role may read the secret, asked on that node. Throws as `NodeShell` does. */
  nodeSecretProblem(node: NodeAddress, arn: string): Promise<string | undefined>;
  /** Whether a node reaches what stands at the URL (https or s3), asked on that node; only its head is fetched. */
  nodeSourceProblem(node: NodeAddress, url: string): Promise<string | undefined>;
}
