/** The change of a fleet from one packaging to another, at the same release. Pure. */
import type { Packaging } from "../release";

/**
 * What a stack's file says of one kind of its nodes: by key without its namespace, as the engine gives values (maps and lists as JSON).
 * A key that could be there and is not is not set. No value is a secret.
 */
export interface Side {
  readonly packaging: Packaging;
  readonly keys: Readonly<Record<string, string>>;
}

/** Part of a plan: its only hop builds the same release in another packaging. */
export interface Move {
  readonly from: Side;
  readonly to: Side;
  /**
   * Secret settings that a node of the old side writes into a new secret, by their name there and what they are called on the new side.
   * Empty: nothing is written.
   */
  readonly secrets: Readonly<Record<string, string>>;
  /** Version of the launch template that the old nodes were launched from, where they all have the same. */
  readonly oldTemplateVersion?: number;
  /** The move that this one takes back, by its run. */
  readonly undoes?: string;
}

/** How the settings secret is named in a side's keys. */
export const SETTINGS_SECRET = "settingsSecretArn";

/** The side with the settings in that secret. */
export const withSettingsIn = (side: Side, secretArn: string | undefined): Side =>
  secretArn === undefined ? side : { ...side, keys: { ...side.keys, [SETTINGS_SECRET]: secretArn } };

/** Keys that say no more than which release and which digest: those are checked elsewhere. A number is the name of a release. */
const isHarmless = (key: string, value: string): boolean =>
  /^(?:imageTag|imageDigest|\w+Sha256)$/.test(key) || /^\d+$/.test(value);

/**
 * What these keys would change of a file, in words. Each decides which code a node runs, which secrets it reads, or which services it gives
 * them to.
 */
export const newIn = (keys: Side["keys"], file: Side["keys"]): readonly string[] =>
  Object.entries(keys)
    .filter(([key, value]) => file[key] !== value && !isHarmless(key, value))
    .map(([key, value]) => `${key} ${value.slice(0, 200)}`);
