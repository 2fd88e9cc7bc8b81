import { createHash } from "node:crypto";
import { type Document, isMap, isScalar, parseDocument, type YAMLMap } from "yaml";
import { ConfigError, parseConfig, type RawConfig, readStack, type StackConfig } from "../../../infra/config/index";
import { BUILD_KEYS, type BuildConfig, type NodeKeys, PROJECT } from "../../../infra/contract";
import { nodeKind } from "../../../infra/nodes/index";
import { RepaveError } from "../../domain/errors";
import { writeSide } from "./sideKeys";
import { requireSameIdentity } from "./stackPlace";

/**
 * Every value of a stack file's text, those of other namespaces (`aws:region`) included, as the engine reads them. What only the engine
 * could follow is refused by name. Throws `STACK_CONFIG_INVALID`, `CONFIG_ENCRYPTED`, `CONFIG_ENVIRONMENT`.
 */
export function rawConfigIn(text: string): RawConfig {
  const { values, encrypted, ambiguous, hasEnvironment } = asConfig(() => readStack(text));
  if (hasEnvironment) {
    throw new RepaveError(
      "CONFIG_ENVIRONMENT",
      "`environment:` in the stack file: its values and credentials would reach Pulumi, and not this command",
    );
  }
  requireSameIdentity([...Object.keys(values), ...encrypted]);
  const closed = encrypted.filter((key) => isOurs(key) || key.startsWith("aws:"));
  if (closed.length > 0) throw new RepaveError("CONFIG_ENCRYPTED", `${closed.join(", ")} must not be encrypted`);
  const odd = ambiguous.filter((key) => isOurs(key) || key.startsWith("aws:"));
  if (odd.length > 0) {
    throw new RepaveError(
      "STACK_CONFIG_INVALID",
      `${odd.join(", ")}: Pulumi reads a number or a time that is written like this as another one. Put it in quotes`,
    );
  }
  return values;
}

/** A key without a namespace is the project's. */
const isOurs = (key: string): boolean => key.startsWith(`${PROJECT}:`) || !key.includes(":");

/** What these values configure. Throws `STACK_CONFIG_INVALID`, with every problem at once. */
export const stackConfigOf = (raw: RawConfig): StackConfig => asConfig(() => parseConfig(raw));

/** The build keys of a stack file's text. Throws `STACK_CONFIG_INVALID`. */
export function buildConfigIn(text: string): BuildConfig {
  const config = stackConfigOf(rawConfigIn(text));
  return Object.fromEntries(
    [...BUILD_KEYS, "buildRecord" as const].flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]]])),
  );
}

/** A digest of each value of a stack file's text, by its key, the build keys left out: see `Stack.fingerprint`. */
export function fingerprintOf(text: string): Readonly<Record<string, string>> {
  const raw = rawConfigIn(text);
  const build = Object.keys(buildConfigIn(text)).map((key) => `${PROJECT}:${key}`);
  const others = Object.entries(raw).filter(([key, value]) => value !== undefined && !build.includes(key));
  return Object.fromEntries(others.map(([key, value = ""]) => [key, digest(value)]));
}

const digest = (value: string): string => createHash("sha256").update(value).digest("hex").slice(0, 16);

/** The text with these keys changed, comments and order kept; the same text where nothing differs. Throws `STACK_CONFIG_INVALID`. */
export function withBuildConfig(text: string, { nodeKeys, ...change }: BuildConfig): string {
  const document = documentIn(text);
  let changed = false;
  if (nodeKeys !== undefined) {
    const before = document.toString();
    // The release and its digest are the change's own, whatever a side was written down with.
    writeSide(document, { ...nodeKeys, ...releaseKeysIn(change) });
    changed = document.toString() !== before;
  }
  for (const [name, value] of Object.entries(change)) {
    const path = ["config", `${PROJECT}:${name}`];
    const node: unknown = document.getIn(path, true);
    if (isScalar(node) && String(node.value) === String(value)) continue;
    changed = true;
    // As `pulumi config set` writes it: a string. A scalar that is there keeps its kind, its quotes and its comment.
    if (isScalar(node)) node.value = typeof node.value === "number" ? Number(value) : String(value);
    else document.setIn(path, String(value));
  }
  return changed ? written(document, text) : text;
}

/** The keys that name a release, as a change has them. */
function releaseKeysIn(change: BuildConfig): NodeKeys {
  const named = (["releaseSequence", "imageTag", "imageDigest"] as const).flatMap((key) =>
    change[key] === undefined ? [] : [[key, String(change[key])] as const],
  );
  return Object.fromEntries(named);
}

/**
 * The text with those of these values that it lacks, by key without the project's name, as YAML; what it has stays. The same text where it
 * lacks none. Throws `STACK_CONFIG_INVALID` where the result would not be a valid configuration.
 */
export function withMissingKeys(text: string, values: Readonly<Record<string, unknown>>): string {
  const document = documentIn(text);
  const missing = Object.entries(values).filter(([name]) => !document.hasIn(["config", `${PROJECT}:${name}`]));
  if (missing.length === 0) return text;
  for (const [name, value] of missing) document.setIn(["config", `${PROJECT}:${name}`], document.createNode(value));
  const after = written(document, text);
  stackConfigOf(rawConfigIn(after));
  return after;
}

/** The settings of the application in a stack file's text. Throws `STACK_CONFIG_INVALID`. */
export const appConfigIn = (text: string): Readonly<Record<string, string>> =>
  nodeKind(stackConfigOf(rawConfigIn(text))).settings;

/**
 * The text with these settings in `appConfig`, or wherever a stack of its kind has them, comments and order kept; the same text where
 * nothing differs. Throws `STACK_CONFIG_INVALID` where the result would not be a valid configuration.
 */
export function withAppConfig(text: string, change: Readonly<Record<string, string>>): string {
  const present = appConfigIn(text);
  const missing = Object.entries(change).filter(([key, value]) => present[key] !== value);
  if (missing.length === 0) return text;
  const document = documentIn(text);
  const path = ["config", `${PROJECT}:${nodeKind(stackConfigOf(rawConfigIn(text))).settingsKey}`];
  const node: unknown = document.getIn(path, true);
  if (isMap(node)) for (const [key, value] of missing) setKeepingComment(node, key, value);
  // As `pulumi config set` writes a map without --path: JSON in a string.
  else if (isScalar(node) && typeof node.value === "string") node.value = JSON.stringify({ ...present, ...change });
  else document.setIn(path, document.createNode({ ...present, ...change }));
  const after = written(document, text);
  appConfigIn(after);
  return after;
}

function setKeepingComment(map: YAMLMap, key: string, value: string): void {
  const present = map.get(key, true);
  if (isScalar(present)) present.value = value;
  else map.set(key, value);
}

function documentIn(text: string): Document {
  return asConfig(() => {
    const parsed = parseDocument(text, { merge: true });
    const [error] = parsed.errors;
    if (error) throw error;
    return parsed;
  });
}

/** The document as text, its lists indented and padded as they were. */
function written(document: Document, before: string): string {
  const isIndented = !/^( *)[^\s#-][^\n]*:[ \t]*\n\1- /m.test(before);
  const isPadded = !/: [[{][^\s\]}]/.test(before);
  return document.toString({ lineWidth: 0, indentSeq: isIndented, flowCollectionPadding: isPadded });
}

function asConfig<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const detail = cause instanceof ConfigError ? cause.problems.join("; ") : (cause as Error).message;
    throw new RepaveError("STACK_CONFIG_INVALID", detail, { cause });
  }
}
