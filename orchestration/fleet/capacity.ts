import { acceptedIn, unexpected } from "../domain/changes";
import { RepaveError } from "../domain/errors";
import { alive, type Fleet, type Group } from "../domain/fleet";
import { movesBack } from "../domain/plan";
import type { LastCheck } from "../ports/lastCheck";
import type { Build } from "../ports/stack";
import type { StepContext } from "../run/context";
import { leaveFormer, resizeFormer } from "./formerGroup";
import { isLeaving } from "./instances";

/** A group without a node that takes one which is attached to it. */
export const ROOM_FOR_ONE = { nodeCount: 0, attaching: 1 } as const satisfies Build;

/** What goes with a request for a number of nodes. */
interface Request {
  /** Other keys of the stack that the same update changes. */
  readonly more?: Build;
  /** Precedes the act itself: see `Stack.apply`. */
  readonly lastCheck?: LastCheck;
  /** What was seen of the fleet right before; absent: it is described. */
  readonly seen?: Fleet | undefined;
}

/**
 * Asks the stack for a number of nodes. Pulumi compares with its own state and not with the group: if someone else changed the group's
 * capacity, asking for the number that the stack already has would change nothing. So the stack first records the actual number.
 */
export async function askForNodes(
  { ports, plan }: Pick<StepContext, "ports" | "plan">,
  nodeCount: number,
  { more = {}, lastCheck, seen }: Request = {},
): Promise<void> {
  const [fleet, config] = await Promise.all([seen ?? ports.fleet.describe(), ports.stack.config()]);
  const { group } = fleet;
  const pin = pinOf(group);
  // A run whose journal lost its last lines asks again. It never asks for fewer nodes than exist, because those were not drained.
  const wanted = nodeCount === 0 ? 0 : Math.max(nodeCount, alive(fleet).filter((node) => !isLeaving(node)).length);
  // Never when the group is larger: that would scale in, and a node may be booting.
  const moved = nodeCount === 0 ? group.desired > 0 : group.desired < nodeCount;
  if (config.nodeCount === nodeCount && moved && group.desired <= plan.nodeCount)
    await ports.stack.apply({ ...pin, nodeCount: group.desired });
  await ports.stack.apply({ ...pin, nodeCount: wanted, ...more }, lastCheck);
}

/** Asks for capacity 0 of the group that the old nodes belong to. `lastCheck` is as near to the act as it can be. */
export const askForZero = (
  ctx: Pick<StepContext, "ports" | "plan" | "run">,
  request: Request & { readonly lastCheck: LastCheck },
): Promise<void> =>
  ctx.plan.adoption?.way === "in" ? leaveFormer(ctx, request.lastCheck) : askForNodes(ctx, 0, request);

/** Asks the group that the new nodes belong to for its first node. `lastCheck` is as near to the act as it can be. */
export async function askForFirst(
  ctx: Pick<StepContext, "ports" | "plan" | "run">,
  request: Request & { readonly lastCheck: LastCheck },
): Promise<void> {
  if (!movesBack(ctx.plan)) return askForNodes(ctx, 1, request);
  await request.lastCheck();
  return resizeFormer(ctx, 1);
}

/** Asks the group that the new nodes belong to for so many, and for nothing else but `more`. Throws `UNEXPECTED_CHANGES`. */
export async function askForMore(
  ctx: Pick<StepContext, "ports" | "plan" | "run" | "policy">,
  nodeCount: number,
  more: Build = {},
): Promise<void> {
  const isBack = movesBack(ctx.plan);
  const change = isBack ? {} : await requireOnlyScaling(ctx, { nodeCount, ...more });
  await ctx.run.hold(ctx.policy.lease.ttlMs);
  if (isBack) await resizeFormer(ctx, nodeCount);
  else await ctx.ports.stack.apply(change);
}

/**
 * The pin as the group has it, for every update that does not move it on purpose: a stack file with another pin, whoever wrote it
 * there, would put a node of another release beside those that run.
 */
const pinOf = ({ templateVersion }: Group): Build =>
  /^\d+$/.test(templateVersion) ? { activeTemplateVersion: Number(templateVersion) } : {};

/** Adds to a change that the pin stays as the group has it. */
export async function keepingPin({ ports }: Pick<StepContext, "ports">, change: Build): Promise<Build> {
  return { ...pinOf((await ports.fleet.describe()).group), ...change };
}

/**
 * The diff gate of a change of capacity. Returns the change as it was previewed: the pin stays as the group has it. Throws
 * `UNEXPECTED_CHANGES` where the update would change more than capacity and pin.
 */
export async function requireOnlyScaling(ctx: Pick<StepContext, "ports" | "run">, change: Build): Promise<Build> {
  const { stack } = ctx.ports;
  const pinned = await keepingPin(ctx, change);
  const refused = unexpected(await stack.preview(pinned), stack.allowed.scale, acceptedIn(ctx.run.state.overrides));
  if (refused.length > 0) throw new RepaveError("UNEXPECTED_CHANGES", refused.join("; "));
  return pinned;
}
