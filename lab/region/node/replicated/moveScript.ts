import type { RegionState } from "../../model";
import { fail, type Invocation, type NodeCommand, type Output, succeed } from "../commands/command";
import { refusedSecret } from "../secretAccess";
import { exportedSettings } from "./replicatedctl";

/** First line of the script with which the product carries settings over to containers; a test holds both to the same. */
export const MOVE_SCRIPT = "# tfe-repave: move";

export const moveScript: NodeCommand = { takes: 4000, end: move };

/** MODE NAMES VARIABLES_ARN LICENCE_ARN CERTIFICATE_ARN AUTHORITIES_ARN PLAIN */
function move({ state, instance, args }: Invocation): Output {
  const [mode = "", words = "{}", variables = "", licence = ""] = args;
  const names = JSON.parse(words) as Readonly<Record<string, string>>;
  const settings = exportedSettings(instance);
  const unfit = Object.keys(names).filter((key) => isUnfit(settings[key]?.value));
  if (mode === "write") return write(state, names, (key) => settings[key]?.value ?? "", unfit, variables);
  // Certificates are text here, and no release of the lab's exports itself.
  const answer = { unfit, licence: licenceProblem(state, licence), authorities: "", differences: null };
  return succeed(`${JSON.stringify(answer)}\n`);
}

const isUnfit = (value: string | undefined): boolean => value === undefined || value === "" || /\p{Cc}/u.test(value);

function licenceProblem(state: RegionState, arn: string): string {
  if (refusedSecret(state, arn) !== undefined) return `${arn} cannot be read`;
  const text = (state.secrets[arn] ?? "").trimEnd();
  if (text === "") return `${arn} is empty`;
  if (text.startsWith("H4sI")) return `${arn} has a licence for Replicated`;
  return text.includes("\n") ? `${arn} has several lines` : "";
}

function write(
  state: RegionState,
  names: Readonly<Record<string, string>>,
  valueOf: (key: string) => string,
  unfit: readonly string[],
  arn: string,
): Output {
  if (unfit.length > 0) return fail(3, `these settings are empty, or have several lines: ${JSON.stringify(unfit)}\n`);
  // The role of the nodes may write where the policy of the secret lets it.
  if (!(state.secretPolicies?.[arn] ?? "").includes("secretsmanager:PutSecretValue"))
    return fail(
      254,
      "An error occurred (AccessDeniedException) when calling the PutSecretValue operation: User is not authorized to perform: secretsmanager:PutSecretValue\n",
    );
  const variables = Object.fromEntries(Object.entries(names).map(([key, name]) => [name, valueOf(key)]));
  state.secrets[arn] = JSON.stringify(variables);
  return succeed(`${JSON.stringify({ kept: Object.keys(variables).sort() })}\n`);
}
