/** Comparing a node with what a new one would be: what all dialects have in common. */
import { RepaveError } from "../domain/errors";
import type { Settings, SettingsSinceBuild } from "../domain/settings";
import type { NodeAddress } from "../ports/nodeShell";

/** The stack names no settings secret, so there is nothing to compare with. */
export const withoutSecret = ({ instanceId }: NodeAddress): RepaveError =>
  new RepaveError("NODE_ANSWER_UNREADABLE", `${instanceId}: the stack names no settings secret to compare with`);

/** Without these settings on either side. */
export function without({ now, built }: SettingsSinceBuild, names: readonly string[]): SettingsSinceBuild {
  const rest = (settings: Settings): Settings =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => !names.includes(name)));
  return { now: rest(now), built: rest(built) };
}
