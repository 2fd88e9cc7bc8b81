/** `Pulumi.<stack>.yaml` as the engine would hand it to the program. Pure. */
import { type Document, isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import { z } from "zod";

/** Raw values by namespaced key (`tfe:image`), as Pulumi gives them. */
export type RawConfig = Readonly<Record<string, string | undefined>>;

/** What a stack file says. */
export interface StackFileContent {
  /** In the shape of `pulumi.runtime.allConfig()`: strings as they are, lists and maps as JSON. Encrypted values are left out. */
  readonly values: Readonly<Record<string, string>>;
  /** Keys with a value that only the engine can read. */
  readonly encrypted: readonly string[];
  /** Keys with a value that the engine's YAML reads as something else than it looks like. */
  readonly ambiguous: readonly string[];
  /** Whether other values come from Pulumi ESC. */
  readonly hasEnvironment: boolean;
}

const FILE = z
  .looseObject({ config: z.record(z.string(), z.unknown()).nullish(), environment: z.unknown().optional() })
  .nullish();

/** Reads the text with YAML's merge keys and aliases, as the engine does. Throws where it is not a stack file. */
export function readStack(text: string): StackFileContent {
  const document = parseDocument(text, { merge: true });
  const [error] = document.errors;
  if (error) throw error;
  const file = FILE.safeParse(document.toJS());
  if (!file.success)
    throw new Error("this is not a stack file: it must be a map, and its `config` must map keys to values");
  const config = Object.entries(file.data?.config ?? {});
  const encrypted = config.flatMap(([key, value]) => (isEncrypted(value) ? [key] : []));
  const readable = config.filter(([key, value]) => !encrypted.includes(key) && value !== null);
  const pairs = pairsOf(document.get("config", true), document);
  return {
    values: Object.fromEntries(
      readable.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
    encrypted,
    ambiguous: pairs.flatMap(({ key, value }) => (isAmbiguous(value, document) ? [key] : [])),
    hasEnvironment: file.data?.environment !== undefined && file.data.environment !== null,
  };
}

/** The readable values of a stack file. Throws where the text is none. */
export const readStackFile = (text: string): Readonly<Record<string, string>> => readStack(text).values;

/** `{ secure: … }`, as the engine writes an encrypted value, or one somewhere in a list or a map. */
function isEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === "secure" && typeof only[1] === "string") return true;
  return entries.some(([, each]) => isEncrypted(each));
}

interface Written {
  readonly key: string;
  readonly value: unknown;
}

/** The pairs of a map as they are written, those that a merge key brings in included unless the map has its own. */
function pairsOf(node: unknown, document: Document): readonly Written[] {
  if (isAlias(node)) return pairsOf(node.resolve(document), document);
  if (isSeq(node)) return node.items.flatMap((item) => pairsOf(item, document));
  if (!isMap(node)) return [];
  // A key in quotes is one like any other: the reader gives a symbol to the merge key alone.
  const isMerge = (key: unknown): boolean => isScalar(key) && typeof key.value === "symbol";
  const own = node.items.filter(({ key }) => !isMerge(key)).map(({ key, value }) => ({ key: String(key), value }));
  const others = node.items.filter(({ key }) => isMerge(key)).flatMap(({ value }) => pairsOf(value, document));
  // Of the same key in several maps, the first one counts.
  const merged = others.filter(({ key }, at) => others.findIndex((other) => other.key === key) === at);
  return [...own, ...merged.filter(({ key }) => !own.some((mine) => mine.key === key))];
}

/**
 * Whether the engine's YAML, which has more ways to write numbers and times than YAML 1.2, makes something else of a value without
 * quotes: `010` is 8 there, `1_000` is 1000, `1.50` is 1.5, and `2026-12-20` is a time.
 */
function isAmbiguous(node: unknown, document: Document): boolean {
  if (isAlias(node)) return isAmbiguous(node.resolve(document), document);
  if (isSeq(node)) return node.items.some((item) => isAmbiguous(item, document));
  if (isMap(node)) return pairsOf(node, document).some(({ value }) => isAmbiguous(value, document));
  if (!isScalar(node) || node.type !== "PLAIN") return false;
  const written = node.source ?? "";
  // The engine's YAML leaves underscores out of whatever begins as a number may: `+_5` is 5, and `_5` is a word.
  const asEngine = /^[-+.\d]/.test(written) ? written.replaceAll("_", "") : written;
  return typeof node.value === "number" ? !PLAIN_NUMBER.test(written) : NUMBER_OR_TIME.test(asEngine);
}

/** Read as the same by everybody: at most 15 digits are exact. */
const PLAIN_NUMBER = /^(0|-?[1-9]\d{0,14})$/;

/** Numbers as the engine's YAML reads them, those in other bases included, and times: strings to YAML 1.2. */
const NUMBER_OR_TIME =
  /^([-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?|[-+]?0[bBoOxX][\da-fA-F]+|\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?)$/;
