/** The settings of a node on Replicated as a container is given them. Pure. */
import { isUnset, plainOf, type SettingsSinceBuild, type SettingValue } from "../../domain/settings";
import { carry, type Draft, flagOf, type Mapped, set, type Surroundings } from "./draft";
import { applyRules } from "./rules";
import { ROWS } from "./table";

/** Settings that rules read together, and that are secrets. */
const SECRET_IN_RULES = ["extern_vault_role_id", "extern_vault_secret_id", "backup_token", "log_forwarding_config"];

/** Maps every setting that the node has. Whatever cannot be carried over is a problem with its name; none is left out in silence. */
export function mapSettings({ now, built }: SettingsSinceBuild, surroundings: Surroundings): Mapped {
  const draft: Draft = {
    environment: {},
    secrets: {},
    noProxy: [...surroundings.noProxy],
    problems: [],
    notes: [],
  };
  for (const [key, value] of Object.entries(now).sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (value === undefined || isUnset(value)) continue;
    const row = Object.hasOwn(ROWS, key) ? ROWS[key] : undefined;
    if (!row) draft.problems.push(`${key} is not known: nobody can say what it becomes. Unset it, or report it`);
    else if ("as" in row && row.as === "same") carry(draft, key, row.to, value);
    else if ("as" in row) carryFlag(draft, key, row.to, value);
    else if (row.to === "rule" && plainOf(value) === undefined && !SECRET_IN_RULES.includes(key))
      draft.problems.push(`${key} holds what looks like a secret, and cannot be carried over as it is`);
  }
  applyRules(draft, { now, built }, surroundings);
  return draft;
}

function carryFlag(draft: Draft, key: string, to: string, value: SettingValue): void {
  const on = flagOf(plainOf(value) ?? "");
  if (on === undefined) draft.problems.push(`${key} is neither "1" nor "0"`);
  else if (on) set(draft, key, to, "true");
}
