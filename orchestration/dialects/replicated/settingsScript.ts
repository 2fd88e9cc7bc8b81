import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SETTINGS as TABLE, SHARED_SECRET } from "../../../infra/nodes/replicated/settings";
import { SECRET_PATTERNS } from "../../../infra/secrets";
import type { SettingsSinceBuild, SettingValue } from "../../domain/settings";
import { lines } from "../../domain/text/text";
import type { SettingsRequest } from "../../ports/tfe";

/** What a node runs; its comment says what it takes and prints. */
export const SETTINGS_SCRIPT = readFileSync(join(__dirname, "settings.sh"), "utf8");

export type Document = "now" | "built";

/** Digests that were made with different nonces cannot be compared, so one serves a command for all its nodes. */
export const newNonce = (): string => randomBytes(16).toString("hex");

/** The command that reads the settings of a node. */
export function settingsCommand(
  nonce: string,
  documents: readonly Document[],
  { keys, plain = [] }: SettingsRequest,
): readonly string[] {
  const words = [
    nonce,
    JSON.stringify(shown(plain)),
    JSON.stringify(SECRET_PATTERNS),
    JSON.stringify(keys ?? null),
    SHARED_SECRET,
    documents.join(" "),
  ];
  return ["sh", "-c", SETTINGS_SCRIPT, "settings", ...words];
}

/** What the node may print: settings that are no secrets, and the defaults of those that are. */
function shown(plain: readonly string[]): Readonly<Record<string, string | true>> {
  const words: Record<string, string | true> = {};
  for (const [key, { secret, byDefault }] of Object.entries(TABLE)) {
    const word = secret ? byDefault?.[0] : true;
    if (word !== undefined) words[key] = word;
  }
  for (const key of plain) if (!Object.hasOwn(TABLE, key)) words[key] = true;
  return words;
}

const LINE = /^(now|built) (?:\.|([-=#]) ([\w.-]+)(?: (.*))?)$/;

/** The settings of the documents that were asked for. Undefined where one is not there to its end, or a line cannot be understood. */
export function parseSettings(raw: string, documents: readonly Document[]): SettingsSinceBuild | undefined {
  const read: Record<Document, Record<string, SettingValue | undefined>> = { now: {}, built: {} };
  const ended = new Set<string>();
  for (const line of lines(raw).filter((each) => /^(?:now|built) /.test(each))) {
    const [, document, sign, key, rest] = LINE.exec(line) ?? [];
    if (document !== "now" && document !== "built") return undefined;
    if (sign === undefined || key === undefined) {
      ended.add(document);
      continue;
    }
    const value = valueOf(sign, rest);
    if (value === undefined) return undefined;
    read[document][key] = value.set;
  }
  return documents.every((document) => ended.has(document)) ? read : undefined;
}

function valueOf(sign: string, rest: string | undefined): { readonly set: SettingValue | undefined } | undefined {
  if (sign === "-") return rest === undefined ? { set: undefined } : undefined;
  if (rest === undefined) return undefined;
  if (sign === "#") return /^[0-9a-f]{64}$/.test(rest) ? { set: { digest: rest } } : undefined;
  const plain = json(rest);
  return typeof plain === "string" ? { set: { plain } } : undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const NAMES_SCRIPT = readFileSync(join(__dirname, "settingNames.sh"), "utf8");

/** The command that reads the names of the settings in a secret, as a node's role reads it at boot. */
export const settingNamesCommand = (secretArn: string): readonly string[] => [
  "sh",
  "-c",
  NAMES_SCRIPT,
  "setting-names",
  secretArn,
];

/** Undefined where the list is not there to its end. */
export function parseSettingNames(raw: string): readonly string[] | undefined {
  const words = lines(raw).filter((line) => /^(?:[\w-]+|\.)$/.test(line));
  return words.at(-1) === "." ? words.slice(0, -1) : undefined;
}

/** Shows the value of one setting on the node itself, for a person who is logged in there. */
export const revealing = (key: string): string =>
  `sudo /usr/local/bin/replicatedctl app-config export | jq -r .${key}.value`;
