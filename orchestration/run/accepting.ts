import type { StepContext } from "./context";

/** Whether a risk was accepted in this run already, by this command or an earlier one. */
export const wasAccepted = ({ run }: Pick<StepContext, "run">, id: string): boolean =>
  run.state.overrides.some((override) => override.id === id);

/**
 * Whether the operator of this command accepts the risk. If so the journal names it; `warning` is told before that. False: nothing was
 * told or recorded.
 */
export async function accepts(
  { overrides, run }: Pick<StepContext, "overrides" | "run">,
  id: string,
  warning?: string,
): Promise<boolean> {
  const accepted = overrides.find((override) => override.id === id);
  if (!accepted) return false;
  if (warning !== undefined) run.tell({ event: "warning", text: warning });
  await run.record({ event: "override.used", ...accepted });
  return true;
}
