import { endFault, scheduledActions } from "../../region/faultEffects";
import { findGroup } from "../../region/find";
import { changeRules, enterStandby, exitStandby, protectInstances, setHealth } from "../../region/group/groupRules";
import { answerHook } from "../../region/group/hooks";
import type { Group, GroupRules } from "../../region/model";
import type { RegionApi } from "../../region/api";
import { AwsError } from "../../region/api";
import { flag, required, text, texts, whole, type Params } from "../params";
import { date, type Answer, type Operation } from "../service";

const group = (region: RegionApi, params: Params): Group =>
  findGroup(region.state, required(params, "AutoScalingGroupName"));

/** What is out of the ordinary in a group's own description. */
export const rulesAnswer = ({ rules = {} }: Group): Answer => ({
  NewInstancesProtectedFromScaleIn: rules.protectsNew ?? false,
  CapacityRebalance: rules.capacityRebalance,
  MaxInstanceLifetime: rules.maxInstanceLifetime,
  InstanceMaintenancePolicy: rules.maintenance && {
    MinHealthyPercentage: rules.maintenance.min,
    MaxHealthyPercentage: rules.maintenance.max,
  },
  WarmPoolConfiguration: rules.warmPool && {
    MinSize: rules.warmPool.minSize,
    PoolState: rules.warmPool.poolState,
    Status: "Active",
  },
});

/** Changes of these by UpdateAutoScalingGroup; a template that is named takes the place of any other source. */
export function changedRules(params: Params): { [K in keyof GroupRules]?: GroupRules[K] | undefined } {
  const lifetime = whole(params, "MaxInstanceLifetime");
  const given = (name: string): boolean => text(params, name) !== undefined;
  return {
    ...(given("NewInstancesProtectedFromScaleIn")
      ? { protectsNew: flag(params, "NewInstancesProtectedFromScaleIn") }
      : {}),
    ...(given("CapacityRebalance") ? { capacityRebalance: flag(params, "CapacityRebalance") } : {}),
    ...(lifetime === undefined ? {} : { maxInstanceLifetime: lifetime === 0 ? undefined : lifetime }),
    ...(params["LaunchTemplate"] === undefined ? {} : { overrides: undefined, launchConfiguration: undefined }),
  };
}

const DescribeLifecycleHooks: Operation = (region, params) => {
  const { name, rules } = group(region, params);
  return {
    LifecycleHooks: (rules?.hooks ?? []).map((hook) => ({
      LifecycleHookName: hook.name,
      AutoScalingGroupName: name,
      LifecycleTransition: hook.transition,
      HeartbeatTimeout: hook.heartbeatTimeout,
      GlobalTimeout: Math.min(172_800, 100 * hook.heartbeatTimeout),
      DefaultResult: hook.defaultResult,
    })),
  };
};

const DeleteLifecycleHook: Operation = (region, params) => {
  const { name, rules } = group(region, params);
  const removed = required(params, "LifecycleHookName");
  changeRules(region.state, name, { hooks: (rules?.hooks ?? []).filter((hook) => hook.name !== removed) });
  return {};
};

const CompleteLifecycleAction: Operation = (region, params) => {
  const id = required(params, "InstanceId");
  const waiting = region.state.instances.find((each) => each.id === id && each.lifecycle?.endsWith(":Wait"));
  if (!waiting) throw new AwsError("ValidationError", `No active Lifecycle Action found with instance ID ${id}`);
  answerHook(region.state, waiting, text(params, "LifecycleActionResult") === "ABANDON" ? "ABANDON" : "CONTINUE");
  return {};
};

const DescribePolicies: Operation = (region, params) => {
  const named = text(params, "AutoScalingGroupName");
  const groups = named === undefined ? region.state.groups : [findGroup(region.state, named)];
  return {
    ScalingPolicies: groups.flatMap(({ name, rules }) =>
      (rules?.policies ?? []).map((policy) => ({
        AutoScalingGroupName: name,
        PolicyName: policy.name,
        PolicyType: policy.type,
        Enabled: true,
      })),
    ),
  };
};

const DeletePolicy: Operation = (region, params) => {
  const { name, rules } = group(region, params);
  const removed = required(params, "PolicyName");
  changeRules(region.state, name, { policies: (rules?.policies ?? []).filter((policy) => policy.name !== removed) });
  return {};
};

/** A schedule is there only where a fault brings one. */
const DescribeScheduledActions: Operation = (region, params) => {
  const name = text(params, "AutoScalingGroupName");
  const groups = name === undefined ? region.state.groups : [findGroup(region.state, name)];
  const actions = groups.flatMap((each) =>
    scheduledActions(region.state).map((action) => ({
      AutoScalingGroupName: each.name,
      ScheduledActionName: action.name,
      StartTime: date(action.at),
      MinSize: action.capacity,
      MaxSize: Math.max(each.max, action.capacity),
      DesiredCapacity: action.capacity,
    })),
  );
  return { ScheduledUpdateGroupActions: actions };
};

const DeleteScheduledAction: Operation = (region, params) => {
  group(region, params);
  const id = required(params, "ScheduledActionName").split("-").at(-1);
  const fault = region.state.faults.find((each) => String(each.id) === id);
  if (fault) endFault(region.state, fault);
  return {};
};

const DescribeWarmPool: Operation = (region, params) => ({
  Instances: [],
  WarmPoolConfiguration: rulesAnswer(group(region, params))["WarmPoolConfiguration"],
});

const DeleteWarmPool: Operation = (region, params) => {
  changeRules(region.state, group(region, params).name, { warmPool: undefined });
  return {};
};

const SetInstanceProtection: Operation = (region, params) => {
  const isProtected = flag(params, "ProtectedFromScaleIn");
  protectInstances(region.state, group(region, params).name, texts(params, "InstanceIds") ?? [], isProtected);
  return {};
};

const SetInstanceHealth: Operation = (region, params) => {
  const health = required(params, "HealthStatus") === "Unhealthy" ? "Unhealthy" : "Healthy";
  setHealth(region.state, required(params, "InstanceId"), health);
  return {};
};

const EnterStandby: Operation = (region, params) => {
  enterStandby(region.state, group(region, params).name, texts(params, "InstanceIds") ?? []);
  return { Activities: [] };
};

const ExitStandby: Operation = (region, params) => {
  exitStandby(region.state, group(region, params).name, texts(params, "InstanceIds") ?? []);
  return { Activities: [] };
};

export const RULE_OPERATIONS = {
  CompleteLifecycleAction,
  DeleteLifecycleHook,
  DeletePolicy,
  DeleteScheduledAction,
  DeleteWarmPool,
  DescribeLifecycleHooks,
  DescribePolicies,
  DescribeScheduledActions,
  DescribeWarmPool,
  EnterStandby,
  ExitStandby,
  SetInstanceHealth,
  SetInstanceProtection,
} as const satisfies Readonly<Record<string, Operation>>;
