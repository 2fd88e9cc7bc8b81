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

/** Fence processes that are not suspended now. */
export const gapsInFence = (suspended: readonly string[]): readonly string[] =>
  FENCE.filter((process) => !suspended.includes(process));

/** What to resume at the end: the fence, but for what was suspended when we came. */
export const toRestore = (found: readonly string[]): readonly string[] =>
  FENCE.filter((process) => !found.includes(process));
