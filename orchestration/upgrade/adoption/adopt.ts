import type { RunFinished } from "../../domain/events";
import { findUnfinished } from "../../run/unfinished";
import { abort } from "../abort";
import type { Request } from "../planning";
import { upgrade, type UpgradeOptions } from "../upgrade";

/**
 * Moves the fleet between the former group and the stack's own: the steps of an upgrade, with the same release. An adoption that is not finished is
 * moved back by reverting it. Does not throw for expected failures.
 */
export async function adopt(request: Request, options: UpgradeOptions): Promise<RunFinished> {
  const unfinished = await findUnfinished(options.ports.store).catch(() => undefined);
  const isReverted = request.adoption === "back" && unfinished?.record.plan.adoption?.way === "in";
  return isReverted ? abort(request.stack, options) : upgrade(request, options);
}
