import type { Instance, RegionState } from "../../model";
import type { Resolved } from "../commands/resolved";
import { admin } from "./admin";
import { docker } from "./docker";
import { SCRIPTS_OF_ANY_NODE } from "../fdo/scripts";
import { MOVE_SCRIPT, moveScript } from "./moveScript";
import { hasReplicated } from "./phases";
import { replicatedctl } from "./replicatedctl";
import { SETTING_NAMES_SCRIPT, settingNamesScript } from "./settingNamesScript";
import { KEEP_SCRIPT, keepScript, SETTINGS_SCRIPT, settingsScript } from "./settingsScript";

/** The command that the words name on a node of Replicated's: `docker`, `replicatedctl`, `replicated admin` and its aliases. */
export function replicatedCommand(
  state: RegionState,
  instance: Instance,
  name: string,
  args: readonly string[],
): Resolved | undefined {
  if (name === SETTING_NAMES_SCRIPT) return { command: settingNamesScript, args };
  if (name === SETTINGS_SCRIPT) return { command: settingsScript, args };
  if (name === KEEP_SCRIPT) return { command: keepScript, args };
  if (!hasReplicated(state, instance)) return undefined;
  if (name === MOVE_SCRIPT) return { command: moveScript, args };
  const ofAny = Object.hasOwn(SCRIPTS_OF_ANY_NODE, name) ? SCRIPTS_OF_ANY_NODE[name] : undefined;
  if (ofAny) return { command: ofAny, args };
  if (name === "docker") return { command: { takes: 300, end: docker }, args };
  if (name === "replicatedctl") return replicatedctl(args);
  if (name === "tfe-admin" || name === "ptfe-admin") return admin(args);
  if (name === "replicated" && args.includes("admin")) return admin(args.filter((word) => word !== "admin"));
  return undefined;
}
