import { acceptable, check, type Check } from "./check";

/** The group is as a run must find it. */
export const GROUP_CHECKS: readonly Check[] = [
  check(
    "pinned",
    "the group is pinned to a version number of its launch template",
    "Set `tfe:releaseSequence` and run `pulumi up`.",
    (_, seen) => {
      const { templateVersion } = seen.fleet.group;
      if (!/^\d+$/.test(templateVersion)) return `the group launches ${templateVersion}`;
      return seen.outputs.release === undefined ? "the stack names no release" : undefined;
    },
  ),
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
      return seen.fleet.group.suspended.join(", ") || undefined;
    },
  ),
  check("instance-refresh", "no instance refresh is in progress", "Wait for it to end, or cancel it.", (_, seen) =>
    seen.fleet.group.instanceRefreshInProgress ? "one is in progress" : undefined,
  ),
];
