import type { Preparation } from "../domain/ahead/preparation";
import type { AppState, Attempt, NodeAnswers } from "../domain/health";
import type { Packaging, Release } from "../domain/release";
import type { SettingFacts, Settings, SettingsSinceBuild } from "../domain/settings";
import type { LastCheck } from "./lastCheck";
import type { NodeAddress } from "./nodeShell";

/** Where the application puts its support bundles. */
export interface BundleFacts {
  /** Folder in the application's bucket. */
  readonly folder: string;
  /** The command that made an object in it, and the node by its `nodeName`, from the object's key; undefined: it is no bundle. */
  partsOf(key: string): { readonly jobId: string; readonly node: string } | undefined;
}

/** Which settings are read. */
export interface SettingsRequest {
  /** These alone. Default: all. */
  readonly keys?: readonly string[];
  /** Settings that are no secrets because the stack's file has them, besides those that are known not to be. */
  readonly plain?: readonly string[];
}

/** A release's build, fetched before it is needed. */
export interface Fetched {
  /** What the release's name stands for now; every node of the run is built from this. */
  readonly digest: string;
  /** How long it took. A new node needs about as long for the same. */
  readonly seconds: number;
}

/** What a release says of an upgrade to it, asked while the old one still serves. */
export interface UpgradeCheck {
  readonly verdict: "passed" | "failed" | "could not run";
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
}

/** What holds on every node, known without asking one. */
export interface TfeFacts {
  /** Path on which a node of this release says whether it is healthy: what a load balancer must ask. */
  healthPath(release: Release): string;
  /** Other paths on which a load balancer gets the same answer from such a node. Absent: there is none. */
  readonly otherHealthPaths?: (release: Release) => readonly string[];
  /** How long nothing may run between the last old node and the first start of this release, in milliseconds. */
  quietAfterZeroMs(release: Release): number;
  /** What the drain of this release does badly, in words; none: it drains as it should. */
  drainHazards(release: Release): readonly string[];
  readonly settings: SettingFacts;
  readonly bundles: BundleFacts;
}

/**
 * The application on one node, in the words of a repave. One implementation a dialect.
 * Every read but `observe` throws `NODE_UNREACHABLE` or `NODE_ANSWER_UNREADABLE` when it cannot be made.
 */
export interface Tfe {
  /** How the application is packaged on the nodes: it decides which releases there are for them. */
  readonly packaging: Packaging;
  readonly facts: TfeFacts;
  /** The facts of nodes that are packaged in each way. Absent: there is one packaging, and `facts` are its own. */
  readonly factsByPackaging?: Readonly<Partial<Record<Packaging, TfeFacts>>>;
  /**
   * Asks a node, or one that has no address for the reason given, everything that the gate judges. Never throws: a check that
   * cannot be made has failed, and its answer says why.
   */
  observe(node: Attempt<NodeAddress>): Promise<NodeAnswers>;
  /** The state of the application alone. */
  state(node: NodeAddress): Promise<AppState>;
  /**
   * Asks the node to finish its work and take no more, on this node only; resolves when the command ended well. That it ended is
   * no proof: see `activeWork`. Repeating it on a drained node does no harm.
   */
  drain(node: NodeAddress, signal?: AbortSignal): Promise<void>;
  /**
   * Fetches onto this running node what a new node of the release will download: licence, registry, name, disk and network are proven
   * by it. It takes minutes; repeating it is quick. Undefined: the dialect has nothing that is fetched ahead. Throws `NODE_UNREACHABLE`,
   * `NODE_COMMAND_TIMEOUT`, or `NODE_COMMAND_FAILED` with what the node said.
   */
  fetch(node: NodeAddress, release: Release, signal?: AbortSignal): Promise<Fetched | undefined>;
  /** Has a fetched release check, on this running node, whether this installation can be upgraded to it. Undefined: it has no such check. */
  upgradeCheck(node: NodeAddress, release: Release): Promise<UpgradeCheck | undefined>;
  /** How far a node has come that is built ahead of its start: see `PreparedNodes`. */
  preparation(node: NodeAddress): Promise<Preparation>;
  /**
   * Tells a prepared node to start, and returns before it has. The first start of a release migrates the database. Telling it again does
   * no harm. Throws `NODE_UNREACHABLE` (it may have been told), `NODE_COMMAND_FAILED`.
   */
  startPrepared(node: NodeAddress, lastCheck?: LastCheck): Promise<void>;
  /** Number of runs executing on this node now. What cannot be told from a run is counted as one. */
  activeWork(node: NodeAddress): Promise<number>;
  /** What is counted only because nobody knows what it is, in words. */
  unknownWork(node: NodeAddress): Promise<readonly string[]>;
  /** Stops the application; it is stopped when `state` says so. Stopping a stopped one does no harm. */
  stop(node: NodeAddress, lastCheck?: LastCheck): Promise<void>;
  /**
   * Stops the application for good, so that no reboot starts it either, and answers what of it is left, in words; none: it is proven
   * stopped, with no container, no process and its units disabled. Repeating it does no harm; `start` takes it back.
   */
  retire(node: NodeAddress): Promise<readonly string[]>;
  /** Starts the application: the only way back from a drain. Starting a started one does no harm. */
  start(node: NodeAddress): Promise<void>;
  /** Settings that the application knows. Of a secret only a digest leaves the node. */
  settings(node: NodeAddress, request?: SettingsRequest): Promise<Settings>;
  /** The same, and the settings that the node was built with. */
  settingsSinceBuild(node: NodeAddress, request?: SettingsRequest): Promise<SettingsSinceBuild>;
  /**
   * The settings that a node has now, and as the build those that a new node of the stack would have: the settings secret, which is read on
   * this node with its role, and these plain ones over it. What every build sets by itself is on neither side.
   */
  settingsOfNextBuild(node: NodeAddress, plain: Readonly<Record<string, string>>): Promise<SettingsSinceBuild>;
  /**
   * Settings that a new node would lack, by the names of those in the secret that it imports, read with this node's role, and of those it is
   * given besides. No value is read.
   */
  missingSettings(node: NodeAddress, secretArn: string, given: readonly string[]): Promise<readonly string[]>;
  /** The line with which a person who is logged in on a node sees the value of a setting. */
  revealing(key: string): string;
  /**
   * Changes a setting on this node only; it counts from the application's next start on. The value is seen in the node's process
   * list and, over SSM, in its history: not for secrets. Repeating it does no harm. Throws `SETTING_NEEDS_REPAVE` where
   * `facts.settings.setElsewhere` has a sentence about it.
   */
  setSetting(node: NodeAddress, key: string, value: string): Promise<void>;
  /** When the licence ends (ms since the epoch); undefined: never. */
  licenceEnds(node: NodeAddress): Promise<number | undefined>;
  /** Free bytes where the application keeps its data. */
  diskFree(node: NodeAddress): Promise<number>;
  /** The name by which the application knows this node, as in the keys of its bundles. */
  nodeName(node: NodeAddress): Promise<string>;
  /** Makes a support bundle of every node (which goes to the object store) and answers what the command said. */
  supportBundle(node: NodeAddress): Promise<string>;
}
