import { appConfigDrift } from "../../fleet/drift";
import { acceptable, type Check } from "./check";

/** Settings changed on the nodes by hand are not lost in the repave. */
export const APP_CONFIG_CHECKS: readonly Check[] = [
  acceptable(
    "app-config",
    "the new build loses no changed setting",
    "`npm run app-config -- diff` shows the settings. Keep them with `capture` (secrets belong in the settings secret), or change them back.",
    appConfigDrift,
  ),
];
