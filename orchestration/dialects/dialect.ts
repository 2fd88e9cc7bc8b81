import type { StackConfig } from "../../infra/config/index";
import type { Packaging } from "../domain/release";
import type { NodeAddress, NodeShell } from "../ports/nodeShell";
import type { StackKeys } from "../ports/stack";
import type { Tfe, TfeFacts } from "../ports/tfe";
import type { Written } from "./keepSettings";

/** What a stack configures about its nodes, by the names that its file has for it. A dialect takes what it needs of it. */
export type DialectOptions = Partial<
  Pick<
    StackConfig,
    | "containerRuntime"
    | "imageRepository"
    | "registrySecretArn"
    | "environment"
    | "settingsSecretArn"
    | "licenseSecretArn"
    | "caBundleSecretArn"
    | "proxyUrl"
    | "noProxy"
  >
> & {
  /** Images of containers that execute runs, where a site has its own; they replace the vendor's. */
  readonly workerImages?: readonly string[];
  /** Name of the installation, without a port. */
  readonly hostname?: string;
};

/** Settings, by their names, and the secret that they are written into. */
export interface Kept {
  readonly secretArn: string;
  readonly names: readonly string[];
}

/**
 * One packaging of Terraform Enterprise and its commands. Wiring chooses one; the rest of the orchestrator sees it as
 * the ports that it makes, and reads the differences from those instead of asking which dialect it is.
 */
export interface Dialect {
  readonly packaging: Packaging;
  /** How the stack's configuration names a release, and what a build adds to its settings. */
  readonly keys: StackKeys;
  /** What holds on every node of it. */
  readonly facts: TfeFacts;
  /** The application on the nodes that this shell reaches. */
  node(shell: NodeShell, options: DialectOptions): Tfe;
  /**
   * Has a node write these settings into a secret, as a build reads them. Their values go from the node to Secrets Manager, and nowhere
   * else. Repeating it does no harm. Throws `NODE_UNREACHABLE`, `NODE_COMMAND_FAILED`.
   */
  keepSettings(shell: NodeShell, options: DialectOptions, node: NodeAddress, kept: Kept): Promise<Written>;
}
