import type { Proof } from "../../domain/proof/plan";
import type { Policy } from "../../run/policy";
import type { Request } from "../planning";

export const NO_WORKSPACE =
  "--smoke needs a workspace and a token: set tfe:smokeWorkspace and tfe:smokeTokenSecretArn (docs/smoke.md)";

/** What a run is to prove beyond the gate, by the stack and by the request. */
export function proofOf({ smoke }: Pick<Request, "smoke">, policy: Policy): Proof {
  const soakSeconds = Math.round(policy.soakMs / 1000);
  return {
    ...(smoke === true || policy.smoke.always ? { smoke: policy.smoke.applies ? "apply" : "plan" } : {}),
    ...(soakSeconds > 0 ? { soakSeconds } : {}),
  };
}
