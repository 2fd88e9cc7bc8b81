/** Reading the settings of a node, of secrets only keyed digests: what all dialects have in common. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SettingTable } from "../../infra/nodes/settingTable";
import { SECRET_PATTERNS } from "../../infra/secrets";
import type { SettingsSinceBuild, SettingValue } from "../domain/settings";
import { lines } from "../domain/text/text";
import type { SettingsRequest } from "../ports/tfe";

const DIGESTS = readFileSync(join(__dirname, "settingDigests.sh"), "utf8");
const NAMES = readFileSync(join(__dirname, "settingNames.sh"), "utf8");

export type Document = "now" | "built" | "next";

/** What a new node would be given: what its settings secret has wins over `own`, and `given` over the secret. */
export interface NextBuild {
  readonly secretArn: string;
  readonly own: Readonly<Record<string, string>>;
  readonly given: Readonly<Record<string, string>>;
}

/** The words for it, which follow those of the dialect. */
export const nextWords = ({ secretArn, own, given }: NextBuild): readonly string[] => [
  secretArn,
  JSON.stringify(own),
  JSON.stringify(given),
];

/** Digests that were made with different nonces cannot be compared, so one serves a command for all its nodes. */
export const newNonce = (): string => randomBytes(16).toString("hex");

/** The whole script of a dialect that has this one, which defines how a document is read. Its comment says what it takes and prints. */
export const digestingScript = (documents: string): string => `${documents}${DIGESTS}`;

/** What decides which values are printed. */
export interface Digesting {
  readonly nonce: string;
  readonly documents: readonly Document[];
  readonly table: SettingTable;
  /** The setting whose value makes the key of the digests: a secret that every node of a fleet has. */
  readonly pepper: string;
}

/** The words that follow the script and its name. */
export function digestingWords(
  { nonce, documents, table, pepper }: Digesting,
  { keys, plain = [] }: SettingsRequest,
): readonly string[] {
  return [
    nonce,
    JSON.stringify(shown(table, plain)),
    JSON.stringify(SECRET_PATTERNS),
    JSON.stringify(keys ?? null),
    pepper,
    documents.join(" "),
  ];
}

/** What the node may print: settings that are no secrets, and the defaults of those that are. */
function shown(table: SettingTable, plain: readonly string[]): Readonly<Record<string, string | true>> {
  const words: Record<string, string | true> = {};
  for (const [key, { secret, byDefault }] of Object.entries(table)) {
    const word = secret ? byDefault?.[0] : true;
    if (word !== undefined) words[key] = word;
  }
  for (const key of plain) if (!Object.hasOwn(table, key)) words[key] = true;
  return words;
}

const LINE = /^(now|built|next) (?:\.|([-=#]) ([\w.-]+)(?: (.*))?)$/;

/** The settings of the documents that were asked for; what a new node would have (`next`) stands for the build. Undefined where one is not there to its end, or a line cannot be understood. */
export function parseSettings(raw: string, documents: readonly Document[]): SettingsSinceBuild | undefined {
  const read: Record<Document, Record<string, SettingValue | undefined>> = { now: {}, built: {}, next: {} };
  const ended = new Set<string>();
  for (const line of lines(raw).filter((each) => /^(?:now|built|next) /.test(each))) {
    const [, document, sign, key, rest] = LINE.exec(line) ?? [];
    if (document !== "now" && document !== "built" && document !== "next") return undefined;
    if (sign === undefined || key === undefined) {
      ended.add(document);
      continue;
    }
    const value = valueOf(sign, rest);
    if (value === undefined) return undefined;
    read[document][key] = value.set;
  }
  if (!documents.every((document) => ended.has(document))) return undefined;
  const { now, built, next } = read;
  return documents.includes("next") ? { now, built: next } : { now, built };
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

/**
 * The command that reads the names of the settings in a secret, as a node's role reads it at boot. `value` is the jq filter that makes
 * an entry's value of what stands there.
 */
export const namesCommand = (name: string, secretArn: string, value: string): readonly string[] => [
  "sh",
  "-c",
  `# tfe-repave: ${name}\n${NAMES}`,
  name,
  secretArn,
  value,
];

/** Undefined where the list is not there to its end. */
export function parseSettingNames(raw: string): readonly string[] | undefined {
  const words = lines(raw).filter((line) => /^(?:[\w-]+|\.)$/.test(line));
  return words.at(-1) === "." ? words.slice(0, -1) : undefined;
}
