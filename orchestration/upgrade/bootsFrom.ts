import { hopRecord } from "../domain/journal";
import { withSettingsIn } from "../domain/move/move";
import type { StepContext } from "../run/context";
import type { BootProof } from "../run/policy";

/** What the nodes of the build boot from: in a move from what the new side names. */
export function bootProofOf(
  { ports, policy, plan: { move }, run }: Pick<StepContext, "ports" | "policy" | "plan" | "run">,
  hopIndex = 0,
): BootProof {
  const { mode } = policy.bootProof;
  const { secretArn } = hopRecord(run.state, hopIndex);
  return move ? { mode, ...ports.moving.bootsFrom(withSettingsIn(move.to, secretArn)) } : policy.bootProof;
}
