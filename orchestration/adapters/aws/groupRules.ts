import {
  type AutoScalingClient,
  type AutoScalingGroup,
  DescribeLifecycleHooksCommand,
  type LifecycleHook,
  paginateDescribePolicies,
  paginateDescribeScheduledActions,
  type ScheduledUpdateGroupAction,
} from "@aws-sdk/client-auto-scaling";
import type { Instance } from "@aws-sdk/client-ec2";
import { TAGS } from "../../../infra/contract";
import type { GroupRules, Hook, ScheduledCapacity } from "../../domain/fleet";
import { callAws } from "./errors";

/** What this group would do of its own accord; `launched` are all instances of the stack's template. */
export async function describeRules(
  autoScaling: AutoScalingClient,
  asg: AutoScalingGroup,
  launched: readonly Instance[],
): Promise<GroupRules> {
  const name = { AutoScalingGroupName: asg.AutoScalingGroupName };
  const [hooks, schedule, policies] = await Promise.all([
    callAws("DescribeLifecycleHooks", () => autoScaling.send(new DescribeLifecycleHooksCommand(name))),
    callAws("DescribeScheduledActions", async () => {
      const found: ScheduledUpdateGroupAction[] = [];
      for await (const page of paginateDescribeScheduledActions({ client: autoScaling }, name))
        found.push(...(page.ScheduledUpdateGroupActions ?? []));
      return found;
    }),
    callAws("DescribePolicies", async () => {
      const found: string[] = [];
      for await (const page of paginateDescribePolicies({ client: autoScaling }, name))
        found.push(...(page.ScalingPolicies ?? []).map(({ PolicyName: policy }) => policy ?? ""));
      return found;
    }),
  ]);
  const { InstanceMaintenancePolicy: maintenance } = asg;
  const members = new Set((asg.Instances ?? []).map(({ InstanceId: id }) => id));
  return {
    hooks: (hooks.LifecycleHooks ?? []).map(toHook),
    warmPool: asg.WarmPoolConfiguration !== undefined,
    rebalancesCapacity: asg.CapacityRebalance ?? false,
    maxLifetimeSeconds: asg.MaxInstanceLifetime === 0 ? undefined : asg.MaxInstanceLifetime,
    // -1 clears a bound.
    replacement:
      maintenance?.MinHealthyPercentage === undefined || maintenance.MinHealthyPercentage < 0
        ? undefined
        : { min: maintenance.MinHealthyPercentage, max: maintenance.MaxHealthyPercentage ?? 100 },
    schedule: schedule.map(toScheduled),
    policies,
    strays: launched.filter((instance) => isStray(instance, members)).flatMap(({ InstanceId: id }) => id ?? []),
  };
}

/** An hour is the API's default. */
const toHook = (hook: LifecycleHook): Hook => ({
  name: hook.LifecycleHookName ?? "",
  at: hook.LifecycleTransition === "autoscaling:EC2_INSTANCE_TERMINATING" ? "termination" : "launch",
  timeoutSeconds: hook.HeartbeatTimeout ?? 3600,
  unanswered: hook.DefaultResult === "CONTINUE" ? "continue" : "abandon",
});

const toScheduled = (action: ScheduledUpdateGroupAction): ScheduledCapacity => ({
  name: action.ScheduledActionName ?? "",
  min: action.MinSize,
  max: action.MaxSize,
  desired: action.DesiredCapacity,
});

/**
 * Alive and no member. One that has just been launched by the group, or is about to go, has the group's tag. What runs have prepared is
 * told by `PreparedNodes`.
 */
function isStray(
  { InstanceId: id, State: state, Tags: tags }: Instance,
  members: ReadonlySet<string | undefined>,
): boolean {
  const isAlive = state?.Name !== "terminated" && state?.Name !== "shutting-down";
  const isKnown = tags?.some(({ Key: key }) => key === "aws:autoscaling:groupName" || key === TAGS.prepared);
  return isAlive && !members.has(id) && isKnown !== true;
}
