import type { Packaging, Release } from "../domain/release";
import type { SettingFacts, Settings } from "../domain/settings";
import type { NodeAddress } from "./nodeShell";

/** `replicatedctl app status`, the one entry of its array. */
export interface AppStatus {
  readonly release: Release;
  readonly state: string;
  readonly desiredState: string;
  readonly isTransitioning: boolean;
}

/** `health-check`: checks by name. */
export interface HealthReport {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly name: string; readonly detail: string }[];
}

export interface SelfCheck {
  /** HTTP status of `https://<node>/_health_check?full=1`, asked on the node itself; 0 when nothing answered. */
  readonly status: number;
  readonly body: string;
}

/** Where the application puts its support bundles. */
export interface BundleFacts {
  /** Folder in the application's bucket. */
  readonly folder: string;
  /** The command that made an object in it, and the node's private address, by the object's key; undefined: it is no bundle. */
  partsOf(key: string): { readonly jobId: string; readonly address: string | undefined } | undefined;
}

/**
 * The application on one node. One implementation a dialect: Replicated (`replicated admin`, `replicatedctl`) now, `tfectl` later.
 * Every read throws `NODE_UNREACHABLE` or `NODE_ANSWER_UNREADABLE` when it cannot be made: a check that cannot be made has failed.
 */
export interface Tfe {
  /** How the application is packaged on the nodes: it decides which releases there are for them. */
  readonly packaging: Packaging;
  /** What holds on every node, known without asking one. */
  readonly facts: { readonly settings: SettingFacts; readonly bundles: BundleFacts };
  /**
   * Asks the node to finish its work and take no more (`node-drain`, which works on the node itself only); resolves when the
   * command ended well. That it ended is no proof: see `activeWork`. Repeating it on a drained node does no harm.
   */
  drain(node: NodeAddress, signal?: AbortSignal): Promise<void>;
  /** Number of runs executing on this node now. */
  activeWork(node: NodeAddress): Promise<number>;
  appStatus(node: NodeAddress): Promise<AppStatus>;
  /** `replicatedctl system status`: each part and its word, all of which must be "ready". */
  systemStatus(node: NodeAddress): Promise<Readonly<Record<string, string>>>;
  healthCheck(node: NodeAddress): Promise<HealthReport>;
  selfCheck(node: NodeAddress): Promise<SelfCheck>;
  /** `replicatedctl app-config export`: every setting that the application knows. Values are kept in memory only: some are secret. */
  appConfig(node: NodeAddress): Promise<Settings>;
  /** The settings that the node was built with (`/etc/ptfe-settings.json`), secret ones included. */
  builtSettings(node: NodeAddress): Promise<Settings>;
  /**
   * Changes a setting on this node only (`app-config -k KEY -v VALUE`); it counts from the application's next start on. The
   * value is seen in the node's process list and, over SSM, in its history: not for secrets. Repeating it does no harm.
   */
  setAppConfig(node: NodeAddress, key: string, value: string): Promise<void>;
  /** When the licence ends (ms since the epoch); undefined: never. */
  licenceExpiry(node: NodeAddress): Promise<number | undefined>;
  /** Stops the application; it is stopped when `appStatus` says so. Stopping a stopped one does no harm. */
  stopApp(node: NodeAddress): Promise<void>;
  /** Starts the application: the only way back from a drain. Starting a started one does no harm. */
  startApp(node: NodeAddress): Promise<void>;
  /** Makes a support bundle (which goes to the object store) and answers what the command said. */
  supportBundle(node: NodeAddress): Promise<string>;
  /** Free bytes where the application keeps its data. */
  diskFree(node: NodeAddress): Promise<number>;
}
