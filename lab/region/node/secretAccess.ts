import { inEffect, strike } from "../faultEffects";
import type { RegionState } from "../model";

/** Why a node's role cannot read a secret, in the words of the AWS CLI; undefined: it can. */
export function refusedSecret(state: RegionState, id: string): string | undefined {
  const [denied] = inEffect(state, "secrets-denied");
  const error = (code: string, words: string): string =>
    `An error occurred (${code}) when calling the GetSecretValue operation: ${words}\n`;
  if (denied) {
    strike(state, denied.fault, `a node was refused ${id}`);
    return error("AccessDeniedException", "User is not authorized to perform: secretsmanager:GetSecretValue");
  }
  if (state.secrets[id] === undefined) {
    return error("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  }
  return undefined;
}
