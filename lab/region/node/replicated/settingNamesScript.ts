import { settingNames } from "../settingNames";
import { isObject } from "../userData";

/** First line of the script with which the product reads the names of the settings in a secret; a test holds both to the same. */
export const SETTING_NAMES_SCRIPT = "# tfe-repave: setting-names";

export const settingNamesScript = settingNames((entry) => (isObject(entry) ? entry["value"] : entry));
