import type { Condition } from "../domain/rollout/model";
import { plural } from "../domain/text/words";
import type { StackSeen } from "../ports/rollout";

/** What of these conditions does not hold, in one sentence; undefined: everything holds. */
export function brokenConditions(seen: StackSeen, holds: readonly Condition[]): string | undefined {
  const broken = holds.flatMap((condition) => CHECKS[condition](seen) ?? []);
  return broken.length === 0 ? undefined : broken.join("; ");
}

/** By condition: what is wrong with a stack; undefined: nothing. */
const CHECKS: Readonly<Record<Condition, (seen: StackSeen) => string | undefined>> = {
  healthy({ nodes, standing }) {
    const ill = nodes.filter(({ healthy }) => !healthy).map(({ instanceId }) => instanceId);
    if (nodes.length === 0) return "it has no nodes";
    if (ill.length > 0) return `${plural(ill.length, "node is", "nodes are")} not healthy: ${ill.join(", ")}`;
    if (standing.downSince !== null) return "the service does not answer";
    return standing.takesWork === false ? "no node takes work" : undefined;
  },
  "no-run-on-hold"({ standing: { acting } }) {
    if (acting === null || acting.kind === "under way") return undefined;
    return `${acting.what} ${acting.runId} is ${acting.kind}${acting.step === null ? "" : ` at ${acting.step}`}`;
  },
};
