/** What is known beforehand of the application's settings: one row each, one table a dialect. Pure. */
import { isSecretName, looksSecret } from "../secrets";

export interface Setting {
  /** Its value is a secret, or may hold one: it is never shown and never leaves a node. */
  readonly secret?: true;
  /** Values that the application has for it where nobody set it; all off is "0". */
  readonly byDefault?: readonly string[];
  /** The value where nobody set it but the build sets the other one to something of its own. */
  readonly byDefaultWith?: { readonly other: string; readonly value: string };
  /** The application generates it where the build gives none. */
  readonly generated?: true;
}

/** By name. A setting that has no row is taken for a secret. */
export type SettingTable = Readonly<Record<string, Setting>>;

/** The rows that most settings have. */
export const PLAIN: Setting = {};
export const SECRET: Setting = { secret: true };
export const byDefault = (...values: readonly string[]): Setting => ({ byDefault: values });

const rowOf = (table: SettingTable, key: string): Setting | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/**
 * Whether a value must not be shown: by its setting, and by what it looks like. A setting without a row is no secret where a stack's file
 * has it: see `mayBePublished`.
 */
export function isSecretSetting(
  table: SettingTable,
  key: string,
  value = "",
  published: readonly string[] = [],
): boolean {
  const row = rowOf(table, key);
  return row?.secret === true || looksSecret(value) || (row === undefined && !published.includes(key));
}

/**
 * Whether a value may stand in a stack's file, whence it comes into user data and outputs. A setting that the table does not know may be
 * new: whoever writes it there says that it is no secret, unless its name or its value says otherwise.
 */
export function mayBePublished(table: SettingTable, key: string, value: string): boolean {
  const row = rowOf(table, key);
  return row?.secret !== true && !looksSecret(value) && (row !== undefined || !isSecretName(key));
}
