import { fail, type Invocation, type NodeCommand, type Output, succeed } from "../commands/command";
import { refusedSecret } from "../secretAccess";

/** First line of the script with which the product reads the names of the settings in a secret; a test holds both to the same. */
export const SETTING_NAMES_SCRIPT = "# tfe-repave: setting-names";

export const settingNamesScript: NodeCommand = { takes: 1200, end: printNames };

function printNames({ state, args: [arn = ""] }: Invocation): Output {
  const refused = refusedSecret(state, arn);
  if (refused !== undefined) return fail(254, refused);
  const settings = parsed(state.secrets[arn] ?? "");
  if (!settings) return fail(3, "the settings secret is not a JSON object\n");
  const names = Object.entries(settings).filter(([, entry]) => isSet(isObject(entry) ? entry["value"] : entry));
  return succeed(`${names.map(([name]) => `${name}\n`).join("")}.\n`);
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
