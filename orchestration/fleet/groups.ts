import type { Fleet, Group, Instance } from "../domain/fleet";
import { movesBack, type Plan } from "../domain/plan";
import { RepaveError } from "../domain/errors";
import type { Ports } from "../run/context";
import type { FormerPort } from "../ports/account/former";

/** What decides which group the nodes of a run belong to. */
export interface WithPlan {
  readonly plan: Pick<Plan, "adoption">;
}

/** The group that the old nodes belong to: the stack's own, unless the fleet moves in from the former one. */
export const oldGroup = ({ plan }: WithPlan, fleet: Fleet): Group =>
  plan.adoption?.way === "in" ? formerIn(fleet, plan.adoption.group) : fleet.group;

/** The group that the new nodes belong to: the stack's own, unless the fleet moves back to the former one. */
export const newGroup = ({ plan }: WithPlan, fleet: Fleet): Group =>
  plan.adoption?.way === "back" ? formerIn(fleet, plan.adoption.group) : fleet.group;

/** Whether the instance belongs to the group that the new nodes belong to. */
export const isInNewGroup = ({ plan }: WithPlan, { former }: Instance): boolean =>
  (former === true) === movesBack(plan);

/** Every group that a run acts on. */
export const groupsOf = ({ plan }: WithPlan, fleet: Fleet): readonly Group[] =>
  plan.adoption ? [fleet.group, formerIn(fleet, plan.adoption.group)] : [fleet.group];

/** Throws `WORLD_CHANGED`: an adoption cannot go on without the former group. */
function formerIn({ former }: Fleet, name: string): Group {
  if (former) return former;
  throw new RepaveError("WORLD_CHANGED", `the group ${name} no longer exists`);
}

/** Throws `INTERNAL`: an adoption is planned only where the stack names a former group. */
export function formerPort({ former }: Pick<Ports, "former">): FormerPort {
  if (former) return former;
  throw new RepaveError("INTERNAL", "the stack names no former group");
}
