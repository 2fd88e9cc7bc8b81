import type { RegionState } from "../model";
import { fail, type Output, succeed } from "./commands/command";
import type { SettingDocument } from "./settingDigests";

/** What a script does that writes settings into a secret, as the policy of the secret lets the role of the nodes: SECRET_ARN NAMES … */
export function keepSettings(
  state: RegionState,
  [arn = "", words = "[]"]: readonly string[],
  now: SettingDocument,
): Output {
  if ("problem" in now) return fail(3, now.problem);
  const names = JSON.parse(words) as readonly string[];
  const unset = names.filter((name) => (now.values.get(name) ?? "") === "");
  if (unset.length > 0) return fail(3, `these settings are not set: ${JSON.stringify(unset)}\n`);
  if (!(state.secretPolicies?.[arn] ?? "").includes("secretsmanager:PutSecretValue"))
    return fail(
      254,
      "An error occurred (AccessDeniedException) when calling the PutSecretValue operation: User is not authorized to perform: secretsmanager:PutSecretValue\n",
    );
  state.secrets[arn] = JSON.stringify(Object.fromEntries(names.map((name) => [name, now.values.get(name)])));
  return succeed(`${JSON.stringify({ kept: [...names].sort() })}\n`);
}
