import type { RegionState } from "./model";
import { secretsIn } from "./node/secrets";
import { report } from "./witness";

/**
 * The part of the witness that knows every secret of the region: none of them may be in a command, in what a command prints, in user data,
 * in a notice or in an object that is stored, in plain or in one of the usual encodings.
 */

/** What is shorter is a word that stands in any text. */
const SHORTEST = 6;

/** To be called with every text that leaves a node, or reaches one, or is kept or sent elsewhere. */
export function witnessText(state: RegionState, where: string, text: string): void {
  for (const [name, value] of secretsOf(state)) {
    if (!formsOf(value).some((form) => text.includes(form))) continue;
    state.verdict.secretsShown = (state.verdict.secretsShown ?? 0) + 1;
    report(state, `the secret ${name} was in ${where}`);
  }
}

/** Every secret value by a name for it: settings, of the build and of each node, and what else is in Secrets Manager. */
function secretsOf(state: RegionState): ReadonlyMap<string, string> {
  const nodes = state.instances.flatMap(({ id, node }) =>
    [...secretsIn(node.settings), ...secretsIn(node.builtSettings)].map(([name, value]) => [`${name} of ${id}`, value]),
  );
  const stored = Object.entries(state.secrets).flatMap(([arn, text]) => {
    if (text.startsWith("-----BEGIN CERTIFICATE")) return [];
    const name = arn.split(":").at(-1) ?? arn;
    const settings = settingsIn(text);
    return settings ? secretsIn(settings).map(([key, value]) => [`${key} of ${name}`, value]) : [[name, text.trim()]];
  });
  // One value once, by the first name that it has.
  const byValue = new Map<string, string>();
  for (const [name = "", value = ""] of [...stored, ...nodes])
    if (value.length >= SHORTEST && !byValue.has(value)) byValue.set(value, name);
  return new Map([...byValue].map(([value, name]) => [name, value]));
}

function settingsIn(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const document = JSON.parse(text) as Readonly<Record<string, string | { readonly value?: string }>>;
    const settings = Object.entries(document).map(
      ([key, entry]) => [key, typeof entry === "string" ? entry : (entry.value ?? "")] as const,
    );
    return Object.fromEntries(settings);
  } catch {
    return undefined;
  }
}

function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [
    value,
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("hex"),
    JSON.stringify(value).slice(1, -1),
  ];
}
