import type { SettingValue } from "../domain/settings";

/** What is shown of a secret: that it is set. */
export const HIDDEN = "(secret)";

/** A value as it may be shown. Undefined: not set. */
export const masked = (value: SettingValue | undefined): string | undefined =>
  value === undefined || "plain" in value ? value?.plain : HIDDEN;
