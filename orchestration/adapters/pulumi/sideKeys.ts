/** The keys of a stack file that describe one kind of its nodes, written anew as a fleet moves to the other kind. Pure. */
import { type Document, isMap, isScalar, type Node, type Pair, type YAMLMap } from "yaml";
import { SIDE_KEYS } from "../../../infra/config/packaging";
import { type NodeKeys, PROJECT } from "../../../infra/contract";

/** A key takes the place, and with it the comment, of the one that said the same of the other kind of nodes. */
const SUCCESSORS: readonly (readonly [string, string])[] = [
  ["releaseSequence", "imageTag"],
  ["appConfig", "environment"],
];

/** The keys among these values that describe nodes. Values as the engine gives them, by key with its namespace. */
export const sideKeysIn = (raw: Readonly<Record<string, string | undefined>>): NodeKeys =>
  Object.fromEntries(
    SIDE_KEYS.flatMap((key) => {
      const value = raw[`${PROJECT}:${key}`] ?? raw[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );

/**
 * Writes these keys into the document and takes out every other one that describes nodes. A value that stays is not touched, and no comment
 * is lost that stands above a key.
 */
export function writeSide(document: Document, keys: NodeKeys): void {
  const config: unknown = document.get("config", true);
  if (!isMap(config)) return;
  for (const [one, other] of SUCCESSORS) {
    succeed(config, one, other, keys);
    succeed(config, other, one, keys);
  }
  for (const key of SIDE_KEYS) {
    const value = keys[key];
    if (value === undefined) remove(config, key);
    else if (rawOf(config, key) !== value) write(document, config, key, value);
  }
}

const nameIn = ({ key }: Pair): string => String(isScalar(key) ? key.value : key);
const isNamed = (pair: Pair, key: string): boolean => [key, `${PROJECT}:${key}`].includes(nameIn(pair));
const pairOf = (config: YAMLMap, key: string): Pair | undefined => config.items.find((pair) => isNamed(pair, key));

/** Gives the pair of a key that goes to the one that comes for it. */
function succeed(config: YAMLMap, goes: string, comes: string, keys: NodeKeys): void {
  const pair = pairOf(config, goes);
  if (!pair || keys[goes] !== undefined || keys[comes] === undefined || pairOf(config, comes)) return;
  if (isScalar(pair.key)) pair.key.value = `${PROJECT}:${comes}`;
}

/** The value as the engine would give it. */
function rawOf(config: YAMLMap, key: string): string | undefined {
  const value: unknown = pairOf(config, key)?.value;
  if (isScalar(value)) return typeof value.value === "string" ? value.value : JSON.stringify(value.value);
  return isMap(value) || value !== undefined ? JSON.stringify((value as Node).toJSON()) : undefined;
}

function write(document: Document, config: YAMLMap, key: string, raw: string): void {
  const value = valueOf(raw);
  const pair = pairOf(config, key);
  if (!pair) {
    config.add(document.createPair(`${PROJECT}:${key}`, value));
    return;
  }
  if (isScalar(pair.value) && typeof value === "string") pair.value.value = value;
  else {
    const node = document.createNode(value);
    const before = pair.value as Partial<Pick<Node, "comment" | "commentBefore">> | null;
    if (before?.commentBefore != null) node.commentBefore = before.commentBefore;
    pair.value = node;
  }
}

/** Maps and lists are written as such, and everything else as text, as `pulumi config set` writes it. */
function valueOf(raw: string): unknown {
  if (!/^[[{]/.test(raw)) return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}

/** What stands above a key that goes is kept above the next one. */
function remove(config: YAMLMap, key: string): void {
  const at = config.items.findIndex((pair) => isNamed(pair, key));
  const pair = config.items[at];
  if (!pair) return;
  const comment = isScalar(pair.key) ? pair.key.commentBefore : undefined;
  config.items.splice(at, 1);
  const next = config.items[at]?.key;
  if (comment != null && isScalar(next))
    next.commentBefore = next.commentBefore == null ? comment : `${comment}\n${next.commentBefore}`;
}
