import { movesBack } from "../../domain/plan";
import { groupsOf, oldGroup } from "../../fleet/groups";
import { acceptable, check, type Check } from "./check";

/** The group is as a run must find it. */
export const GROUP_CHECKS: readonly Check[] = [
  check(
    "capacity",
    "every node is in service",
    "Bring the group to its full capacity first. `status` shows the nodes.",
    ({ plan }, seen) => {
      const { desired } = oldGroup({ plan }, seen.fleet);
      const there = seen.nodes.length;
      // Moving in, the group itself is what says how many there are.
      const wanted = movesBack(plan) ? seen.outputs.nodeCount : plan.nodeCount;
      return there === wanted && desired === wanted
        ? undefined
        : `${there} nodes, capacity ${desired}, the stack says ${wanted}`;
    },
  ),
  acceptable(
    "fence-free",
    "no process of the group is suspended",
    "Find out why they were suspended, then resume them.",
    ({ run, plan }, seen) => {
      if (run.state.foundSuspended && !run.state.fenceRestored) return undefined;
      // A former group that a run took over is left suspended on purpose.
      const found = groupsOf({ plan }, seen.fleet).filter(
        ({ suspended, takenOver }) => suspended.length > 0 && takenOver === undefined,
      );
      if (found.length === 0) return undefined;
      const resume = found.map(
        ({ name, suspended }) =>
          `aws autoscaling resume-processes --auto-scaling-group-name ${name} --scaling-processes ${suspended.join(" ")}`,
      );
      return {
        failure: found.flatMap(({ suspended }) => suspended).join(", "),
        remedy: `Find out why they were suspended, then: ${resume.join("; ")}.`,
      };
    },
  ),
  check(
    "instance-refresh",
    "no instance refresh is in progress",
    "Wait for it to end, or cancel it.",
    ({ plan }, seen) => {
      const refreshing = groupsOf({ plan }, seen.fleet).find((group) => group.instanceRefreshInProgress);
      if (!refreshing) return undefined;
      const { name } = refreshing;
      const cancel = `aws autoscaling cancel-instance-refresh --auto-scaling-group-name ${name}`;
      return { failure: "one is in progress", remedy: `Wait for it to end, or cancel it: ${cancel}.` };
    },
  ),
];
