import type { BuildConfig, StackOutputs } from "../../infra/contract";
import type { AllowedChanges, ResourceChange } from "../domain/changes";
import type { Release } from "../domain/release";

/** Build keys of the stack, with the release by its name. What a change leaves out stays as it is. */
export interface Build extends Omit<BuildConfig, "releaseSequence"> {
  readonly release?: Release;
}

/** How a dialect writes a release into the stack's configuration, and reads it there and in the outputs. */
export interface ReleaseKeys {
  /** Undefined where nothing is said of the release. */
  releaseOf(keys: Pick<BuildConfig, "releaseSequence">): Release | undefined;
  /** Throws `INTERNAL` for a release that the dialect cannot install: paths lead to none. */
  keysOf(release: Release): Pick<BuildConfig, "releaseSequence">;
}

/** Outputs of the last update. */
export interface StackState extends Omit<StackOutputs, "releaseSequence"> {
  /** What the stack is configured for; undefined where an airgap package decides and the stack does not say. */
  readonly release: Release | undefined;
}

/**
 * The Pulumi stack. Desired state changes here and nowhere else; each update carries the run's fencing token.
 * Methods throw `STACK_LOCKED` (another update is under way), `STACK_UPDATE_FAILED` (the cloud may have changed all the same:
 * observe before deciding) or `ENGINE_MISSING`.
 */
export interface Stack {
  /** What each update of a run may change. */
  readonly allowed: AllowedChanges;
  /** Build keys as written in `Pulumi.<stack>.yaml`. */
  config(): Promise<Build>;
  /** Outputs of the last update; undefined where the stack was never built. */
  outputs(): Promise<StackState | undefined>;
  /** What an update with these keys changed would do. Writes nothing, the config file included. */
  preview(change: Build): Promise<readonly ResourceChange[]>;
  /** Writes the keys to the config file, then updates the stack. Repeating it is harmless: nothing differs then. */
  apply(change: Build): Promise<readonly ResourceChange[]>;
  /** Settings of the application as written in `Pulumi.<stack>.yaml`: what the next build gives its nodes. */
  appConfig(): Promise<Readonly<Record<string, string>>>;
  /** Writes these settings into the file's `appConfig`, the others and every comment kept. Changes nothing else. */
  keepAppConfig(change: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Why the stack's file must not be worked from: a run wrote newer values elsewhere. Undefined: it is not behind. An update on
   * behalf of the run that holds the stack's lease takes them up by itself.
   */
  outOfDate(): Promise<string | undefined>;
  /** Writes those values into the file, updates nothing, and answers what changed, in words; undefined: it was not behind. */
  bringUpToDate(): Promise<string | undefined>;
  /** Names of operations that an interrupted update left in the state, but for those that staging repeats. */
  pendingOperations(): Promise<readonly string[]>;
}
