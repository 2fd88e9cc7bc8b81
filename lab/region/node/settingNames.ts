import { fail, type NodeCommand, succeed } from "./commands/command";
import { refusedSecret } from "./secretAccess";
import { isObject } from "./userData";

/**
 * What a script prints that reads the names of the settings in a secret: those that have a value, and a last line that says that nothing
 * was cut off. `valueOf` gives an entry's value as the node's own boot takes it; undefined: it takes none.
 */
export const settingNames = (valueOf: (entry: unknown) => unknown): NodeCommand => ({
  takes: 1200,
  end({ state, args: [arn = ""] }) {
    const refused = refusedSecret(state, arn);
    if (refused !== undefined) return fail(254, refused);
    const settings = parsed(state.secrets[arn] ?? "");
    if (!settings) return fail(3, "the settings secret is not a JSON object\n");
    const names = Object.entries(settings).filter(([, entry]) => isSet(valueOf(entry)));
    return succeed(`${names.map(([name]) => `${name}\n`).join("")}.\n`);
  },
});

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}
