import { unfitWorkspace } from "../../domain/proof/smoke";
import { alarmWords } from "../proof/alarms";
import { ALARMS } from "../../run/policy";
import { acceptable, INAPPLICABLE, type Check } from "./check";

/** What proves the new build can be relied on. */
export const PROOF_CHECKS: readonly Check[] = [
  acceptable(
    "smoke-workspace",
    "smoke runs can be made in their workspace",
    "Fix the workspace or the token (`tfe:smokeWorkspace`, `tfe:smokeTokenSecretArn`).",
    async ({ ports, plan }) => {
      const smoke = plan.proof?.smoke;
      if (smoke === undefined) return INAPPLICABLE;
      const { smokeRuns } = ports;
      if (!smokeRuns) return "the stack names no workspace (tfe:smokeWorkspace)";
      const unfit = unfitWorkspace(await smokeRuns.workspace(), smoke === "apply", smokeRuns.builtIn);
      return unfit.length > 0 ? unfit.join("; ") : undefined;
    },
  ),
  acceptable(ALARMS, "every alarm is OK", "Look at the alarm, and wait until it is OK.", async ({ ports, policy }) => {
    const { names } = policy.alarms;
    if (names.length === 0) return INAPPLICABLE;
    if (!ports.alarms) return "alarms cannot be read";
    const seen = await ports.alarms.look(names);
    return (
      seen
        .filter(({ state }) => state !== "ok")
        .map(alarmWords)
        .join("; ") || undefined
    );
  }),
];
