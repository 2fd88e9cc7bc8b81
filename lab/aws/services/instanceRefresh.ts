import { AwsError, type RegionApi } from "../../region/api";
import { endFault, inEffect } from "../../region/faultEffects";
import { findGroup } from "../../region/find";
import { cancelRefresh, type RefreshInput, startRefresh } from "../../region/group/refresh";
import type { Group, InstanceRefresh } from "../../region/model";
import { flag, type Params, required, structure, text, whole } from "../params";
import { type Answer, date, type Operation } from "../service";

const groupOf = (region: RegionApi, params: Params): Group =>
  findGroup(region.state, required(params, "AutoScalingGroupName"));

const StartInstanceRefresh: Operation = (region, params) => {
  const { name } = groupOf(region, params);
  if ((text(params, "Strategy") ?? "Rolling") !== "Rolling")
    throw new AwsError("ValidationError", "The lab has no other strategy than Rolling");
  return { InstanceRefreshId: startRefresh(region.state, name, inputOf(params)).id };
};

function inputOf(params: Params): RefreshInput {
  const template = structure(structure(params, "DesiredConfiguration"), "LaunchTemplate");
  const preferences = structure(params, "Preferences");
  const [minHealthyPercentage, maxHealthyPercentage, instanceWarmup] = [
    whole(preferences, "MinHealthyPercentage"),
    whole(preferences, "MaxHealthyPercentage"),
    whole(preferences, "InstanceWarmup"),
  ];
  return {
    skipMatching: flag(preferences, "SkipMatching"),
    ...(text(template, "LaunchTemplateId") === undefined
      ? {}
      : { launchTemplate: { id: required(template, "LaunchTemplateId"), version: required(template, "Version") } }),
    ...(minHealthyPercentage === undefined ? {} : { minHealthyPercentage }),
    ...(maxHealthyPercentage === undefined ? {} : { maxHealthyPercentage }),
    ...(instanceWarmup === undefined ? {} : { instanceWarmup }),
  };
}

/** The newest first; before them the one that a fault brings. */
const DescribeInstanceRefreshes: Operation = (region, params) => {
  const group = groupOf(region, params);
  const brought = inEffect(region.state, "instance-refresh").map(({ fault }) => ({
    InstanceRefreshId: `lab-refresh-${fault.id}`,
    AutoScalingGroupName: group.name,
    Status: "InProgress",
    StatusReason: "Waiting at a checkpoint.",
    StartTime: date(fault.beganAt),
    PercentageComplete: 0,
    InstancesToUpdate: group.desired,
  }));
  const own = (group.refreshes ?? []).toReversed().map((refresh) => refreshAnswer(group, refresh));
  return { InstanceRefreshes: [...brought, ...own] };
};

function refreshAnswer(group: Group, refresh: InstanceRefresh): Answer {
  const { toReplace, replaced, status } = refresh;
  const all = toReplace.length + replaced;
  const done = status === "Successful" ? 100 : Math.floor((100 * Math.max(0, replaced - 1)) / Math.max(1, all));
  return {
    InstanceRefreshId: refresh.id,
    AutoScalingGroupName: group.name,
    Status: status,
    StartTime: date(refresh.startedAt),
    EndTime: date(refresh.endedAt),
    PercentageComplete: done,
    InstancesToUpdate: toReplace.length,
    DesiredConfiguration: {
      LaunchTemplate: { LaunchTemplateId: refresh.launchTemplateId, Version: refresh.launchTemplateVersion },
    },
    Preferences: { MinHealthyPercentage: refresh.minHealthyPercentage, InstanceWarmup: refresh.instanceWarmup },
  };
}

const CancelInstanceRefresh: Operation = (region, params) => {
  const { name } = groupOf(region, params);
  const [brought] = inEffect(region.state, "instance-refresh");
  if (brought) {
    endFault(region.state, brought.fault);
    return { InstanceRefreshId: `lab-refresh-${brought.fault.id}` };
  }
  const cancelled = cancelRefresh(region.state, name);
  if (!cancelled)
    throw new AwsError("ActiveInstanceRefreshNotFound", "No in progress or pending Instance Refresh found");
  return { InstanceRefreshId: cancelled.id };
};

export const REFRESH_OPERATIONS = {
  CancelInstanceRefresh,
  DescribeInstanceRefreshes,
  StartInstanceRefresh,
} as const satisfies Readonly<Record<string, Operation>>;
