/**
 * Processes of the group suspended from before the first drain to the end, so that it neither replaces nor launches by itself.
 * Not `Launch`, `Terminate` or `AddToLoadBalancer`: the repave needs them (Amazon EC2 Auto Scaling User Guide,
 * "How suspended processes affect other processes" and "Considerations for suspending processes").
 */
export const FENCE = [
  "HealthCheck",
  "ReplaceUnhealthy",
  "AZRebalance",
  "AlarmNotification",
  "ScheduledActions",
  "InstanceRefresh",
] as const;

/** What the repave cannot do without. */
const NEEDED: readonly string[] = ["Launch", "Terminate", "AddToLoadBalancer"];

/** Returns the suspended processes that the repave needs. */
export const stalledIn = (suspended: readonly string[]): readonly string[] =>
  suspended.filter((process) => NEEDED.includes(process));

/** Returns the processes of the fence that are not suspended now. */
export const gapsInFence = (suspended: readonly string[]): readonly string[] =>
  FENCE.filter((process) => !suspended.includes(process));

/** Returns the processes to resume at the end: the fence, except what was suspended before the run. */
export const toRestore = (found: readonly string[]): readonly string[] =>
  FENCE.filter((process) => !found.includes(process));
