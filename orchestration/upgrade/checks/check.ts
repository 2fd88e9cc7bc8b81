import type { AcceptedChange, ResourceChange } from "../../domain/changes";
import type { GroupRules } from "../../domain/fleet";
import type { Inspection } from "../../ports/moving";
import type { StepContext } from "../../run/context";
import type { FormerFacts } from "../../ports/account/former";
import type { FetchedAhead } from "../../fleet/fetching";
import type { FleetSeen, NodeSeen } from "../../fleet/observe";

/** What a check may read. */
export type CheckContext = Pick<StepContext, "ports" | "policy" | "plan" | "run" | "overrides" | "signal">;

/** The same, and what several checks read, read once. */
export type Looking = CheckContext & {
  readonly rules: () => Promise<GroupRules>;
  /** What was fetched ahead for each hop. */
  readonly fetched: () => Promise<FetchedAhead>;
  /** In a move: what a running node says of its secret settings, and of what the new nodes boot from. */
  readonly inspected: () => Promise<Inspection>;
  /** What others would find of the former group. Rejects where the stack names none. */
  readonly formerFacts: () => Promise<FormerFacts>;
  /** What staging the first hop would change. */
  readonly preview: () => Promise<readonly ResourceChange[]>;
};

/**
 * What came of looking. A text, or `failure`: why the check fails, with a remedy of its own where the check's is not enough, and with the
 * changes of the stack that an acceptance covers. Undefined: it passes. `held`: it passes, with what was observed. `skipped`: it was not
 * made, with what to do about that; it is never shown as passed. `inapplicable`: there is nothing of the kind that it asks about, so it
 * is not shown at all.
 */
export type Finding =
  | string
  | undefined
  | { readonly failure: string; readonly remedy: string; readonly changes?: readonly AcceptedChange[] }
  | { readonly held: string }
  | { readonly skipped: string }
  | { readonly inapplicable: true };

export const INAPPLICABLE: Finding = { inapplicable: true };

/** One reason not to start. If `look` throws, the check has failed. */
export interface Check {
  readonly id: string;
  readonly holds: string;
  readonly remedy: string;
  /**
   * An operator may accept its failure by id, with a reason. Never for a check that guards against two releases at once or lost work;
   * and an unhealthy node must never keep a fleet from being repaved.
   */
  readonly acceptable: boolean;
  look(ctx: Looking, seen: FleetSeen): Promise<Finding>;
}

type Look = (ctx: Looking, seen: FleetSeen) => Promise<Finding> | Finding;

/** A check that cannot be accepted. */
export const check = (id: string, holds: string, remedy: string, look: Look): Check => ({
  id,
  holds,
  remedy,
  acceptable: false,
  look: async (ctx, seen) => look(ctx, seen),
});

/** A check that the operator may accept by id. */
export const acceptable = (id: string, holds: string, remedy: string, look: Look): Check => ({
  ...check(id, holds, remedy, look),
  acceptable: true,
});

/** Asks every node, and joins all failures into one sentence. */
export async function everyNode(
  seen: FleetSeen,
  ask: (node: NodeSeen) => Promise<string | undefined> | string | undefined,
): Promise<string | undefined> {
  const answers = await Promise.all(
    seen.nodes.map(async (node) => {
      const failure = await ask(node);
      return failure === undefined ? [] : [`${node.instance.id}: ${failure}`];
    }),
  );
  return answers.flat().join("; ") || undefined;
}
