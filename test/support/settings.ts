import { createHash } from "node:crypto";
import { SETTINGS } from "../../orchestration/dialects/replicated/settings";
import type { PlainSettings, Settings, SettingValue } from "../../orchestration/domain/settings";
import type { SettingsRequest } from "../../orchestration/ports/tfe";

/** A node's settings as they leave it: of a secret a digest. */
export function readableSettings(settings: PlainSettings, { keys, plain }: SettingsRequest = {}): Settings {
  const asked = Object.entries(settings).filter(([key]) => keys === undefined || keys.includes(key));
  return Object.fromEntries(asked.map(([key, value]) => [key, readable(key, value, plain)]));
}

function readable(key: string, value: string | undefined, inStack?: readonly string[]): SettingValue | undefined {
  if (value === undefined) return undefined;
  const isShown = value === "" || SETTINGS.defaults(key, {}).includes(value) || !SETTINGS.isSecret(key, value, inStack);
  return isShown ? { plain: value } : { digest: createHash("sha256").update(value).digest("hex") };
}
