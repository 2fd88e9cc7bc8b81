import type { Instance, RegionState } from "../../model";
import { replicatedCommand, type Resolved } from "../replicated";
import { SETTING_NAMES_SCRIPT, settingNamesScript } from "../replicated/settingNamesScript";
import { SETTINGS_SCRIPT, settingsScript } from "../replicated/settingsScript";
import { hasReplicated } from "../replicated/phases";
import { notFound } from "./command";
import { SYSTEM_COMMANDS } from "./system";

/** The command that the words name, and the words that are left for it. */
export function commandFor(state: RegionState, instance: Instance, argv: readonly string[]): Resolved {
  const [path = "", ...args] = argv;
  const name = path.replace(/^\/usr\/local\/bin\//, "").replace(/^(?:\/usr)?\/bin\//, "");
  const system = Object.hasOwn(SYSTEM_COMMANDS, name) ? SYSTEM_COMMANDS[name] : undefined;
  if (system) return { command: system, args };
  if (path === SETTING_NAMES_SCRIPT) return { command: settingNamesScript, args };
  if (path === SETTINGS_SCRIPT) return { command: settingsScript, args };
  if (!hasReplicated(state, instance)) return { command: notFound(path), args };
  return replicatedCommand(name, args);
}
