import { acceptable, check, type Check } from "./check";

/** The group is as a run must find it. */
export const GROUP_CHECKS: readonly Check[] = [
  check(
    "capacity",
    "every node is in service",
    "Bring the group to its full capacity first. `status` shows the nodes.",
    ({ plan }, seen) =>
      seen.nodes.length === plan.nodeCount && seen.fleet.group.desired === plan.nodeCount
        ? undefined
        : `${seen.nodes.length} nodes, capacity ${seen.fleet.group.desired}, the stack says ${plan.nodeCount}`,
  ),
  acceptable(
    "fence-free",
    "no process of the group is suspended",
    "Find out why they were suspended, then resume them.",
    ({ run }, seen) => {
      if (run.state.foundSuspended && !run.state.fenceRestored) return undefined;
      const { name, suspended } = seen.fleet.group;
      if (suspended.length === 0) return undefined;
      const resume = `aws autoscaling resume-processes --auto-scaling-group-name ${name} --scaling-processes ${suspended.join(" ")}`;
      return { failure: suspended.join(", "), remedy: `Find out why they were suspended, then: ${resume}.` };
    },
  ),
  check("instance-refresh", "no instance refresh is in progress", "Wait for it to end, or cancel it.", (_, seen) => {
    const { name, instanceRefreshInProgress } = seen.fleet.group;
    if (!instanceRefreshInProgress) return undefined;
    const cancel = `aws autoscaling cancel-instance-refresh --auto-scaling-group-name ${name}`;
    return { failure: "one is in progress", remedy: `Wait for it to end, or cancel it: ${cancel}.` };
  }),
];
