import { appConfigDrift } from "../../fleet/drift";
import { acceptable, type Check } from "./check";

/** What was set on the nodes by hand is not forgotten by the repave. */
export const APP_CONFIG_CHECKS: readonly Check[] = [
  acceptable(
    "app-config",
    "no setting was changed that the new build would lose",
    "`npm run app-config -- diff` shows them; `capture` keeps them in the stack (a secret: in the settings secret), or change them back.",
    appConfigDrift,
  ),
];
