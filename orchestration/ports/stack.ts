import type { BuildConfig, StackOutputs } from "../../infra/contract";
import type { AllowedChanges, ResourceChange } from "../domain/changes";
import type { Side } from "../domain/move/move";
import type { Packaging, Release } from "../domain/release";
import type { LastCheck } from "./lastCheck";

/** The keys by which a dialect knows a release. */
export type ReleaseKeys = Pick<BuildConfig, "releaseSequence" | "imageTag" | "imageDigest">;

/** The build keys of the stack, with the release by name. A change leaves out the keys that stay as they are. */
export interface Build extends Omit<BuildConfig, keyof ReleaseKeys | "nodeKeys"> {
  readonly release?: Release;
  /**
   * What the release's name was found to stand for, where it can be published anew under the same name: see `Tfe.fetch`. A change without
   * it keeps what was found for the same release before.
   */
  readonly digest?: string;
  /** The nodes are described anew, in another packaging: the release and all other keys are written as that side has them. */
  readonly side?: Side;
}

/** How a dialect writes into the stack's configuration, and reads it there and in the outputs. */
export interface StackKeys {
  readonly packaging: Packaging;
  /** Whether these keys name a release in this dialect's way. */
  owns(keys: ReleaseKeys): boolean;
  /** Undefined: the release is not set. */
  releaseOf(keys: ReleaseKeys): Release | undefined;
  /**
   * What the release's name stands for in a build with these keys. Undefined: its name decides when a node is built, or the dialect has
   * no such thing.
   */
  digestOf(keys: ReleaseKeys): string | undefined;
  /** Throws `PATH_ILLEGAL` for a release that the dialect cannot install. No path leads to one; only a forged record names one. */
  keysOf(release: Release, digest?: string): ReleaseKeys;
  /** The settings that a build gives its nodes: those of the stack's file, and what holds unless that says otherwise. */
  givenSettings(appConfig: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
}

/** Outputs of the last update. */
export interface StackState extends Omit<StackOutputs, keyof ReleaseKeys> {
  /** The configured release. Undefined: an airgap package decides, and the stack does not set one. */
  readonly release: Release | undefined;
  /** See `Build`. */
  readonly digest?: string;
  /** How the configured nodes are packaged. */
  readonly packaging: Packaging;
}

/**
 * The Pulumi stack. Only here does desired state change. Each update carries the run's fencing token. Methods throw
 * `STACK_LOCKED` (another update is in progress), `STACK_UPDATE_FAILED` (the cloud may have changed anyway: observe before
 * deciding) or `ENGINE_MISSING`.
 */
export interface Stack {
  /** What an update of a run may change. */
  readonly allowed: AllowedChanges;
  /** Returns the build keys in `Pulumi.<stack>.yaml`. */
  config(): Promise<Omit<Build, "side">>;
  /** Returns a digest of every other value in `Pulumi.<stack>.yaml`, by its key: what a build is made of besides the build keys. */
  fingerprint(): Promise<Readonly<Record<string, string>>>;
  /** Returns the outputs of the last update. Undefined: the stack has not been built. */
  outputs(): Promise<StackState | undefined>;
  /** Returns what an update with these keys would change. Writes nothing, not even the stack file. */
  preview(change: Build): Promise<readonly ResourceChange[]>;
  /**
   * Writes the keys to the stack file, then updates the stack. Safe to repeat: nothing differs then. `lastCheck` is awaited when the engine
   * is up and has not changed anything yet; its failure ends the update.
   */
  apply(change: Build, lastCheck?: LastCheck): Promise<readonly ResourceChange[]>;
  /** Returns the application settings that the next build gives to its nodes: those in `Pulumi.<stack>.yaml`, and its defaults. */
  appConfig(): Promise<Readonly<Record<string, string>>>;
  /** Writes these settings into `appConfig` of the stack file. Other settings and all comments stay. Changes nothing else. */
  keepAppConfig(change: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Returns why the stack file must not be used: a run wrote newer values elsewhere. Undefined: the file is up to date. An
   * update for the run that holds the stack's lease takes over the newer values by itself.
   */
  outOfDate(): Promise<string | undefined>;
  /**
   * Writes the newer values into the stack file without updating the stack, and returns a description of what changed.
   * Undefined: the file was up to date. `vouch` is called before, with the images among them, and throws if they must not be
   * written: whoever may write to the run store could have put them there.
   */
  bringUpToDate(vouch: (images: readonly string[]) => Promise<void>): Promise<string | undefined>;
  /** Returns why the stack file cannot be replaced by a newer one. Undefined: it can. */
  unwritable(): Promise<string | undefined>;
  /** Returns the operations that an interrupted update left pending, except those that staging repeats. */
  pendingOperations(): Promise<readonly string[]>;
}
