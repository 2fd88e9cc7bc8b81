import { unexpected } from "../domain/changes";
import { RepaveError } from "../domain/errors";
import type { LastCheck } from "../ports/lastCheck";
import type { Build } from "../ports/stack";
import type { StepContext } from "../run/context";

/**
 * Asks the stack for a number of nodes. `lastCheck` precedes the update that asks for them. Pulumi compares with its own state and not with the group: if someone else changed
 * the group's capacity, asking for the number that the stack already has would change nothing. So the stack first records the actual number.
 */
export async function askForNodes(
  { ports, plan }: Pick<StepContext, "ports" | "plan">,
  nodeCount: number,
  more: Build = {},
  lastCheck?: LastCheck,
): Promise<void> {
  const [{ group }, config] = await Promise.all([ports.fleet.describe(), ports.stack.config()]);
  // Never when the group is larger: that would scale in, and a node may be booting.
  const moved = nodeCount === 0 ? group.desired > 0 : group.desired < nodeCount;
  if (config.nodeCount === nodeCount && moved && group.desired <= plan.nodeCount)
    await ports.stack.apply({ nodeCount: group.desired });
  await ports.stack.apply({ nodeCount, ...more }, lastCheck);
}

/** The diff gate of a change of capacity. Throws `UNEXPECTED_CHANGES` where the update would change more than capacity and pin. */
export async function requireOnlyScaling({ ports }: Pick<StepContext, "ports">, change: Build): Promise<void> {
  const refused = unexpected(await ports.stack.preview(change), ports.stack.allowed.scale);
  if (refused.length > 0) throw new RepaveError("UNEXPECTED_CHANGES", refused.join("; "));
}
