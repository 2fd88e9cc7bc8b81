import type { NodeAddress } from "../nodeShell";

/** A file that a node downloads at boot. */
export interface Source {
  /** https or s3. */
  readonly url: string;
  /** Key of the stack's configuration that holds the digest. */
  readonly digestKey: string;
  /** In hexadecimal. Undefined: any file is used. */
  readonly sha256: string | undefined;
}

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
  /**
   * Checks on that node that the file can be reached, and where its digest is known that it is that file. Fetches only its head, or
   * reads it once without storing it.
   */
  nodeSourceProblem(node: NodeAddress, source: Source): Promise<string | undefined>;
}
