import { createHmac } from "node:crypto";
import type { RegionState } from "../model";
import type { Output } from "./commands/command";
import { refusedSecret } from "./secretAccess";
import { isObject } from "./userData";

/** The settings of a document by name; one that is not set has no value. */
export type SettingValues = ReadonlyMap<string, string | undefined>;

/** A document of settings, or what the script says where it cannot be read. */
export type SettingDocument = { readonly values: SettingValues } | { readonly problem: string };

interface Words {
  readonly nonce: string;
  readonly shown: Readonly<Record<string, unknown>>;
  readonly patterns: readonly RegExp[];
  readonly wanted: readonly string[] | undefined;
  readonly pepper: string;
  readonly documents: readonly string[];
}

/**
 * What a script prints that reads documents of settings: names, values that are no secrets, and keyed digests of those that are. The
 * key is made of the nonce and of the present value of one secret, which every node has.
 */
export function settingDigests(
  args: readonly string[],
  state: RegionState,
  readOwn: (document: string) => SettingDocument,
): Output {
  const read = (document: string): SettingDocument =>
    document === "next" ? nextIn(state, args.slice(8)) : readOwn(document);
  const words = wordsOf(args);
  const now = read("now");
  if ("problem" in now) return { exitCode: 3, stdout: "", stderr: now.problem };
  const key = Buffer.from(hmac(words.nonce, now.values.get(words.pepper) ?? ""), "hex");
  const printed: string[] = [];
  for (const name of words.documents) {
    const document = name === "now" ? now : read(name);
    const problem = "problem" in document ? document.problem : document.values.size === 0 ? NOT_UNDERSTOOD : undefined;
    if (problem !== undefined || "problem" in document)
      return { exitCode: 3, stdout: printed.join(""), stderr: problem ?? "" };
    printed.push(...linesOf(document.values, words, key).map((line) => `${name} ${line}\n`), `${name} .\n`);
  }
  return { exitCode: 0, stdout: printed.join(""), stderr: "" };
}

/** What a new node would have: words 9 to 11. */
function nextIn(state: RegionState, [arn = "", own = "{}", given = "{}"]: readonly string[]): SettingDocument {
  const refused = refusedSecret(state, arn);
  if (refused !== undefined) return { problem: `${refused}the settings secret cannot be read\n` };
  const kept = JSON.parse(state.secrets[arn] ?? "{}") as Readonly<Record<string, unknown>>;
  const values = Object.entries(kept).flatMap(([name, entry]): [string, string][] => {
    const value = isObject(entry) ? entry["value"] : entry;
    if (typeof value === "string") return [[name, value]];
    return typeof value === "number" || typeof value === "boolean" ? [[name, String(value)]] : [];
  });
  const [first, last] = [own, given].map((text) => JSON.parse(text) as Readonly<Record<string, string>>);
  return { values: new Map([...Object.entries({ ...first, ...Object.fromEntries(values), ...last })]) };
}

const NOT_UNDERSTOOD = "the settings are not in a form that is understood\n";

function wordsOf([
  nonce = "",
  shown = "",
  patterns = "",
  wanted = "",
  pepper = "",
  documents = "",
]: readonly string[]): Words {
  const names = JSON.parse(wanted) as readonly string[] | null;
  return {
    nonce,
    shown: JSON.parse(shown) as Words["shown"],
    patterns: (JSON.parse(patterns) as [string, string][]).map(([source, flags]) => new RegExp(source, flags)),
    wanted: names ?? undefined,
    pepper,
    documents: documents.split(" "),
  };
}

function linesOf(values: SettingValues, { shown, patterns, wanted }: Words, key: Buffer): readonly string[] {
  const isSecret = (name: string, value: string): boolean =>
    value !== "" && value !== shown[name] && (shown[name] !== true || patterns.some((pattern) => pattern.test(value)));
  return [...values]
    .filter(([name]) => wanted === undefined || wanted.includes(name))
    .map(([name, value]) => {
      if (value === undefined) return `- ${name}`;
      if (!isSecret(name, value)) return `= ${name} ${JSON.stringify(value)}`;
      const packed = Buffer.from(value).toString("base64");
      return `# ${name} ${createHmac("sha256", key).update(`${name} ${packed}`).digest("hex")}`;
    });
}

const hmac = (hexKey: string, text: string): string =>
  createHmac("sha256", Buffer.from(hexKey, "hex")).update(text).digest("hex");
