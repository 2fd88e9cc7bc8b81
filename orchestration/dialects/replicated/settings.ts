import { BUCKET_SETTING, SETTINGS as TABLE, SHARED_DATABASE, SHIELD } from "../../../infra/nodes/replicated/settings";
import { isSecretSetting } from "../../../infra/nodes/settingTable";
import { isUnset, plainOf, type SettingFacts, type Settings } from "../../domain/settings";

/** What an application has for a setting without a default: nothing, or off. */
const OFF = ["0"];

/** Settings of the application on Replicated (vendor's settings table). */
export const SETTINGS: SettingFacts = {
  known: Object.keys(TABLE),
  isSecret: (key, value, inStack) => isSecretSetting(TABLE, key, value, inStack),
  defaults(key, built) {
    const { byDefault = OFF, byDefaultWith } = TABLE[key] ?? {};
    return byDefaultWith && isOwn(byDefaultWith.other, built) ? [...byDefault, byDefaultWith.value] : byDefault;
  },
  generated: Object.keys(TABLE).filter((key) => TABLE[key]?.generated),
  fixed: {
    enable_active_active: { value: SHARED_DATABASE.enable_active_active, because: "the nodes share one database" },
  },
  shield: SHIELD,
  bucket: BUCKET_SETTING,
};

/** Whether the build gives the setting a value that is not the application's own. */
function isOwn(key: string, built: Settings): boolean {
  return !isUnset(built[key]) && !(TABLE[key]?.byDefault ?? []).includes(plainOf(built[key]) ?? "");
}
