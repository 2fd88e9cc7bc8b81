/** The scripts that a node runs, as commands. Their comments say what they take and print. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { noProxyList } from "../../../infra/nodes/boot";
import { VARIABLES } from "../../../infra/nodes/fdo/environment";
import { registryOf } from "../../../infra/nodes/fdo/registry";
import type { SettingsRequest } from "../../ports/tfe";
import type { Kept } from "../dialect";
import { keepingScript, keepingWords } from "../keepSettings";
import {
  digestingScript,
  digestingWords,
  type Document,
  namesCommand,
  type NextBuild,
  nextWords,
} from "../settingDigests";
import { CHECK_CONTAINER, type Runtime } from "./containers";

const text = (name: string): string => readFileSync(join(__dirname, name), "utf8");

export const FETCH_SCRIPT = text("fetch.sh");
export const CHECK_SCRIPT = text("preupgradeCheck.sh");
export const SETTINGS_SCRIPT = digestingScript(text("settings.sh"));
const KEEPING_SCRIPT = keepingScript("fdo-settings-keep", text("settings.sh"));

/** A secret that every node of a fleet has: what encrypts its data. */
const PEPPER = "TFE_ENCRYPTION_PASSWORD";

/** What a node needs for a pull. */
export interface Source {
  readonly imageRepository: string;
  readonly registrySecretArn: string | undefined;
  readonly licenseSecretArn: string | undefined;
  readonly host: string;
  readonly proxyUrl: string | undefined;
  readonly noProxy: readonly string[];
}

/** The command that pulls an image as the boot of a new node does. */
export function fetchCommand(runtime: Runtime, image: string, source: Source): readonly string[] {
  const { login, region = "" } = registryOf(source);
  const { registrySecretArn = "", licenseSecretArn = "", proxyUrl = "", host, noProxy } = source;
  const words = [
    runtime,
    image,
    login,
    region,
    registrySecretArn,
    licenseSecretArn,
    proxyUrl,
    noProxyList(host, noProxy),
  ];
  return ["sh", "-c", FETCH_SCRIPT, "fdo-fetch", ...words];
}

/** Names of variables whose values may be shown. */
const PLAIN = Object.keys(VARIABLES).filter((name) => VARIABLES[name]?.secret !== true);

/** The command that has an image check an upgrade to it, with the variables of that container. */
export function checkCommand(runtime: Runtime, id: string, image: string, limitSeconds: number): readonly string[] {
  const words = [runtime, id, image, CHECK_CONTAINER, String(limitSeconds), JSON.stringify(PLAIN)];
  return ["sh", "-c", CHECK_SCRIPT, "fdo-preupgrade-check", ...words];
}

/** The command that reads the settings of the application in that container. */
export function settingsCommand(
  nonce: string,
  documents: readonly Document[],
  request: SettingsRequest,
  { runtime, id }: { readonly runtime: Runtime; readonly id: string },
  next?: NextBuild,
): readonly string[] {
  const words = digestingWords({ nonce, documents, table: VARIABLES, pepper: PEPPER }, request);
  return ["sh", "-c", SETTINGS_SCRIPT, "fdo-settings", ...words, runtime, id, ...(next ? nextWords(next) : [])];
}

/** The command with which a node writes settings of the application in that container into a secret. */
export function keepCommand(
  { secretArn, names }: Kept,
  { runtime, id }: { readonly runtime: Runtime; readonly id: string },
): readonly string[] {
  // The dialect's own words are where the script that reads settings has them.
  const between = ["", "", "", ""];
  return ["sh", "-c", KEEPING_SCRIPT, "fdo-settings-keep", ...keepingWords(secretArn, names), ...between, runtime, id];
}

/** The command that reads the names of the settings in a secret. */
export const settingNamesCommand = (secretArn: string): readonly string[] =>
  namesCommand(
    "fdo-setting-names",
    secretArn,
    'if type == "object" or type == "array" or type == "null" then null else tostring end',
  );
