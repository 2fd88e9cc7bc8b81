import { createHmac } from "node:crypto";
import { fail, type Invocation, type NodeCommand, type Output, succeed } from "../commands/command";
import { filesOf } from "./machine";
import { hasReplicated } from "./phases";
import { exportedSettings } from "./replicatedctl";

/** First line of the script with which the product reads settings; a test holds that this does what the script does. */
export const SETTINGS_SCRIPT = "# tfe-repave: settings";

export const settingsScript: NodeCommand = { takes: 900, end: printSettings };

interface Words {
  readonly nonce: string;
  readonly shown: Readonly<Record<string, unknown>>;
  readonly patterns: readonly RegExp[];
  readonly wanted: readonly string[] | undefined;
  readonly pepper: string;
  readonly documents: readonly string[];
}

function printSettings({ state, instance, args }: Invocation): Output {
  if (!hasReplicated(state, instance))
    return fail(3, "sh: /usr/local/bin/replicatedctl: not found\nthe settings cannot be exported\n");
  const words = wordsOf(args);
  const now = JSON.stringify(exportedSettings(instance));
  const key = Buffer.from(hmac(words.nonce, valuesOf(now).get(words.pepper) ?? ""), "hex");
  const printed: string[] = [];
  for (const name of words.documents) {
    const text = name === "now" ? now : filesOf(instance)["/etc/ptfe-settings.json"];
    const why = text === undefined ? NO_FILE : valuesOf(text).size === 0 ? NOT_UNDERSTOOD : undefined;
    if (text === undefined || why !== undefined) return { ...fail(3, why ?? ""), stdout: printed.join("") };
    printed.push(...linesOf(text, words, key).map((line) => `${name} ${line}\n`), `${name} .\n`);
  }
  return succeed(printed.join(""));
}

const NOT_UNDERSTOOD = "the settings are not in a form that is understood\n";
const NO_FILE =
  "cat: /etc/ptfe-settings.json: No such file or directory\nthe settings of the node's build cannot be read\n";

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

function linesOf(text: string, { shown, patterns, wanted }: Words, key: Buffer): readonly string[] {
  const isSecret = (name: string, value: string): boolean =>
    value !== "" && value !== shown[name] && (shown[name] !== true || patterns.some((pattern) => pattern.test(value)));
  return [...valuesOf(text)]
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

/** `{"key":{"value":"…"}}`, unset ones without a value. */
function valuesOf(text: string): ReadonlyMap<string, string | undefined> {
  const document = JSON.parse(text) as Readonly<Record<string, { readonly value?: string }>>;
  return new Map(Object.entries(document).map(([name, { value }]) => [name, value]));
}
