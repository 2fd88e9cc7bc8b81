import type { StackConfig } from "../../infra/config/index";
import { problemWith } from "../../infra/config/index";
import { SET_BY_BUILD } from "../../infra/nodes/fdo/environment";
import type { Packaging } from "../domain/release";
import { isUnset, plainOf } from "../domain/settings";
import type { RunningNode } from "../ports/runningNode";

/** What a running node says that a stack file can have. No value is a secret. */
export interface NodeFacts {
  /** Where it comes from, for comments. */
  readonly from: string;
  readonly instanceId: string;
  readonly release: RunningNode["release"];
  readonly hostname: string | undefined;
  readonly databaseHost: string | undefined;
  readonly bucket: string | undefined;
  /** The key of the stack file for settings that are no secrets, and what belongs there. */
  readonly plainKey: "appConfig" | "environment";
  readonly plain: Readonly<Record<string, string>>;
  /** Names of the settings that are secrets, or may be: a settings secret must have them. */
  readonly secrets: readonly string[];
}

/** What the application calls the settings that have a key of their own in a stack file. */
interface Names {
  readonly plainKey: NodeFacts["plainKey"];
  readonly hostname: string;
  readonly databaseHost: string;
  readonly bucket: string;
  /** What the build sets by itself. */
  readonly own: readonly string[];
}

const NAMES: Readonly<Record<Packaging, Names>> = {
  replicated: {
    plainKey: "appConfig",
    hostname: "hostname",
    databaseHost: "pg_netloc",
    bucket: "s3_bucket",
    own: ["hostname", "enable_active_active", "installation_type", "production_type", "placement"],
  },
  fdo: {
    plainKey: "environment",
    hostname: "TFE_HOSTNAME",
    databaseHost: "TFE_DATABASE_HOST",
    bucket: "TFE_OBJECT_STORAGE_S3_BUCKET",
    own: SET_BY_BUILD,
  },
};

/** Sorts what a node said. What the application has by default, generates, or is given by every build is left out. */
export function nodeFacts({ instanceId, packaging, release, settings, facts }: RunningNode): NodeFacts {
  const names = NAMES[packaging];
  const value = (name: string): string | undefined => plainOf(settings[name]) || undefined;
  const set = Object.keys(settings)
    .filter((key) => !isUnset(settings[key]) && !names.own.includes(key) && !facts.generated.includes(key))
    .sort();
  const plain = set.flatMap((key) => {
    const text = value(key);
    const isUsual = text === undefined || facts.defaults(key, settings).includes(text);
    return isUsual || !fitsIn(names.plainKey, key, text) ? [] : [[key, text] as const];
  });
  return {
    from: `From the node ${instanceId}`,
    instanceId,
    release,
    hostname: value(names.hostname),
    databaseHost: value(names.databaseHost)?.replace(/:\d+$/, ""),
    bucket: value(names.bucket),
    plainKey: names.plainKey,
    plain: Object.fromEntries(plain),
    secrets: set.filter((key) => value(key) === undefined),
  };
}

const fitsIn = (key: keyof StackConfig, name: string, value: string): boolean =>
  problemWith(key, JSON.stringify({ [name]: value })) === undefined;
