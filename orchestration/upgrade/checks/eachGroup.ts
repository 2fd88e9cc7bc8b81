import { formerPort } from "../../fleet/groups";
import type { FleetSeen } from "../../fleet/observe";
import type { Finding, Looking } from "./check";

type Look = (ctx: Looking, seen: FleetSeen) => Promise<Finding> | Finding;

/** Makes the check of every group that the run acts on, each with its own nodes and rules. */
export const eachGroup =
  (look: Look) =>
  async (ctx: Looking, seen: FleetSeen): Promise<Finding> => {
    const { former } = seen.fleet;
    if (!ctx.plan.adoption || !former) return look(ctx, only(seen, false));
    const own = await look(ctx, only(seen, false));
    const theirs = await look(
      { ...ctx, rules: () => formerPort(ctx.ports).rules() },
      { ...only(seen, true), fleet: { group: former, instances: only(seen, true).fleet.instances } },
    );
    return worse(own, theirs);
  };

/** The nodes of one of the two groups. */
function only(seen: FleetSeen, isFormer: boolean): FleetSeen {
  const belongs = ({ former }: { readonly former?: true }): boolean => (former === true) === isFormer;
  return {
    ...seen,
    fleet: { ...seen.fleet, instances: seen.fleet.instances.filter(belongs) },
    nodes: seen.nodes.filter(({ instance }) => belongs(instance)),
  };
}

/** Both failures in one, or the only one; otherwise what was observed. */
function worse(one: Finding, other: Finding): Finding {
  const [a, b] = [failureOf(one), failureOf(other)];
  if (!a || !b) return a ?? b ?? one ?? other;
  return { failure: `${a.failure}; ${b.failure}`, remedy: [a.remedy, b.remedy].filter(Boolean).join(" ") };
}

function failureOf(finding: Finding): { readonly failure: string; readonly remedy: string } | undefined {
  if (typeof finding === "string") return { failure: finding, remedy: "" };
  return finding && "failure" in finding ? finding : undefined;
}
