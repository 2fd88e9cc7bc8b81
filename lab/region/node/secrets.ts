import { secretVariables } from "./fdo/environment";
import { secretsIn as secretSettings } from "./replicated/settings";

/** The secret values of these settings, by name, whichever kind of node they are of. */
export const secretsIn = (
  settings: Readonly<Record<string, string>>,
): readonly (readonly [name: string, value: string])[] => [...secretSettings(settings), ...secretVariables(settings)];
