/** Putting together what a container is given. Pure. */
import { unfitForEnvironment, VARIABLES } from "../../../infra/nodes/fdo/environment";
import { plainOf, type SettingValue } from "../../domain/settings";

/** What the stack knows of its nodes besides their settings. */
export interface Surroundings {
  /** Without a port. */
  readonly hostname: string;
  readonly noProxy: readonly string[];
  readonly proxied: boolean;
  /** Whether a secret has the authorities that the nodes trust. */
  readonly hasAuthorities: boolean;
  /** Whether `TFE_REDIS_USER` is read by the release. */
  readonly readsRedisUser: boolean;
}

/** What comes of the settings of one node. */
export interface Mapped {
  /** Variables whose values may be shown. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of variables by the secret settings that have their values. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly noProxy: readonly string[];
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/** The same while it is put together. */
export interface Draft {
  readonly environment: Record<string, string>;
  readonly secrets: Record<string, string>;
  readonly noProxy: string[];
  readonly problems: string[];
  readonly notes: string[];
}

/** The value of a flag; undefined: it is none. */
export const flagOf = (value: string): boolean | undefined =>
  ({ "1": true, "0": false, true: true, false: false })[value];

/** Carries one setting over under this name, whether or not its value may be shown. */
export function carry(draft: Draft, key: string, to: string, value: SettingValue): void {
  const plain = plainOf(value);
  if (plain === undefined || VARIABLES[to]?.secret === true) draft.secrets[key] = to;
  else set(draft, key, to, plain);
}

/** Sets a variable, unless the application has that value for it anyway. */
export function set(draft: Draft, key: string, to: string, value: string): void {
  if (VARIABLES[to]?.byDefault?.includes(value) === true || value === "") return;
  const unfit = unfitForEnvironment(to, value);
  if (unfit === undefined) draft.environment[to] = value;
  // What looks like a secret is one.
  else if (unfit.startsWith("may be a secret")) draft.secrets[key] = to;
  else draft.problems.push(`${key}: ${to} ${unfit}`);
}
