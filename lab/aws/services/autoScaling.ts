import { type RegionApi } from "../../region/api";
import { inEffect } from "../../region/faultEffects";
import { findGroup } from "../../region/find";
import { changeRules } from "../../region/group/groupRules";
import type { Activity, Group, Instance } from "../../region/model";
import { flag, required, texts, text, whole, type Params } from "../params";
import { REFRESH_OPERATIONS } from "./instanceRefresh";
import { changedRules, RULE_OPERATIONS, rulesAnswer } from "./autoScalingRules";
import { groupTags, TAG_OPERATIONS } from "./autoScalingTags";
import { date, page, type Answer, type Operation, type Service } from "../service";

/** Most records in one answer, where the caller does not say (Auto Scaling API reference, MaxRecords). */
const DEFAULT_PAGE = 50;
const DEFAULT_ACTIVITIES_PAGE = 100;

const DescribeAutoScalingGroups: Operation = (region, params) => {
  const names = texts(params, "AutoScalingGroupNames");
  const groups = region.state.groups.filter((group) => names?.includes(group.name) ?? true);
  return paged("AutoScalingGroups", groups, params, DEFAULT_PAGE, (group) => groupAnswer(region, group));
};

const DescribeAutoScalingInstances: Operation = (region, params) => {
  const ids = texts(params, "InstanceIds");
  const members = region.state.instances.filter((i) => i.lifecycle !== undefined && (ids?.includes(i.id) ?? true));
  return paged("AutoScalingInstances", members, params, DEFAULT_PAGE, (instance) => ({
    AutoScalingGroupName: instance.groupName,
    ...memberAnswer(region, instance),
  }));
};

const DescribeScalingActivities: Operation = (region, params) => {
  const name = text(params, "AutoScalingGroupName");
  const groups = name === undefined ? region.state.groups : [findGroup(region.state, name)];
  const newestFirst = groups
    .flatMap((group) => group.activities.map((activity) => ({ group, activity })))
    .sort((a, b) => b.activity.startedAt - a.activity.startedAt);
  return paged("Activities", newestFirst, params, DEFAULT_ACTIVITIES_PAGE, ({ group, activity }) =>
    activityAnswer(group, activity),
  );
};

const SuspendProcesses: Operation = (region, params) => {
  region.suspendProcesses(required(params, "AutoScalingGroupName"), texts(params, "ScalingProcesses"));
  return {};
};

const ResumeProcesses: Operation = (region, params) => {
  region.resumeProcesses(required(params, "AutoScalingGroupName"), texts(params, "ScalingProcesses"));
  return {};
};

const UpdateAutoScalingGroup: Operation = (region, params) => {
  const template = (params["LaunchTemplate"] ?? {}) as Params;
  const healthCheckType = text(params, "HealthCheckType");
  const name = required(params, "AutoScalingGroupName");
  changeRules(region.state, name, changedRules(params));
  region.updateGroup(
    name,
    present({
      min: whole(params, "MinSize"),
      max: whole(params, "MaxSize"),
      desired: whole(params, "DesiredCapacity"),
      healthCheckGracePeriod: whole(params, "HealthCheckGracePeriod"),
      healthCheckType: healthCheckType === "ELB" || healthCheckType === "EC2" ? healthCheckType : undefined,
      launchTemplateId: text(template, "LaunchTemplateId"),
      launchTemplateVersion: text(template, "Version"),
    }),
  );
  return {};
};

const SetDesiredCapacity: Operation = (region, params) => {
  region.updateGroup(required(params, "AutoScalingGroupName"), {
    desired: Number(required(params, "DesiredCapacity")),
  });
  return {};
};

const AttachInstances: Operation = (region, params) => {
  region.attachInstances(required(params, "AutoScalingGroupName"), texts(params, "InstanceIds") ?? []);
  return {};
};

const TerminateInstanceInAutoScalingGroup: Operation = (region, params) => {
  const id = required(params, "InstanceId");
  const instance = region.terminateInGroup(id, flag(params, "ShouldDecrementDesiredCapacity"));
  const group = findGroup(region.state, instance.groupName);
  const activity = group.activities.toSorted((a, b) => b.startedAt - a.startedAt)[0];
  return { Activity: activity && activityAnswer(group, activity) };
};

export const autoScaling: Service = {
  protocol: "query",
  namespace: "http://autoscaling.amazonaws.com/doc/2011-01-01/",
  version: "2011-01-01",
  unknownOperation: { code: "InvalidAction", status: 400 },
  operations: {
    DescribeAutoScalingGroups,
    DescribeAutoScalingInstances,
    DescribeScalingActivities,
    SuspendProcesses,
    ResumeProcesses,
    UpdateAutoScalingGroup,
    SetDesiredCapacity,
    AttachInstances,
    TerminateInstanceInAutoScalingGroup,
    ...REFRESH_OPERATIONS,
    ...RULE_OPERATIONS,
    ...TAG_OPERATIONS,
  },
};

function paged<T>(list: string, all: readonly T[], params: Params, size: number, answer: (item: T) => Answer): Answer {
  const { items, next } = page(all, whole(params, "MaxRecords") ?? size, text(params, "NextToken"));
  return { [list]: items.map(answer), NextToken: next };
}

function groupAnswer(region: RegionApi, group: Group): Answer {
  const shows = inEffect(region.state, "no-members-shown").length === 0;
  const members = region.state.instances.filter(
    (i) => shows && i.groupName === group.name && i.lifecycle !== undefined,
  );
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    ...sourceAnswer(region, group),
    ...rulesAnswer(group),
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    DefaultCooldown: 300,
    AvailabilityZones: group.zones,
    LoadBalancerNames: [],
    TargetGroupARNs: group.targetGroupArns,
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: group.healthCheckGracePeriod,
    Instances: members.map((instance) => memberAnswer(region, instance)),
    CreatedTime: date(group.createdAt),
    SuspendedProcesses: group.suspended.map((s) => ({ ProcessName: s.process, SuspensionReason: s.reason })),
    VPCZoneIdentifier: group.subnetIds.join(","),
    EnabledMetrics: [],
    Tags: groupTags(group),
    TerminationPolicies: ["Default"],
  };
}

/** A group launches from a template, by a policy over several, or from a launch configuration. */
function sourceAnswer(region: RegionApi, { launchTemplateId, launchTemplateVersion, rules = {} }: Group): Answer {
  const template = templateAnswer(region, launchTemplateId, launchTemplateVersion);
  const { overrides, launchConfiguration } = rules;
  if (launchConfiguration !== undefined) return { LaunchConfigurationName: launchConfiguration };
  if (overrides === undefined) return { LaunchTemplate: template };
  const Overrides = overrides.map((override) => ({
    InstanceType: override.instanceType,
    LaunchTemplateSpecification:
      override.launchTemplateId && templateAnswer(region, override.launchTemplateId, override.version ?? "$Default"),
  }));
  return { MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: template, Overrides } } };
}

function memberAnswer(region: RegionApi, instance: Instance): Answer {
  return {
    InstanceId: instance.id,
    InstanceType: instance.instanceType,
    AvailabilityZone: instance.zone,
    LifecycleState: instance.lifecycle,
    HealthStatus: instance.asgHealth,
    LaunchTemplate: templateAnswer(region, instance.launchTemplateId, String(instance.launchTemplateVersion)),
    ProtectedFromScaleIn: instance.protectedFromScaleIn ?? false,
  };
}

function templateAnswer(region: RegionApi, id: string, version: string): Answer {
  const name = region.state.launchTemplates.find((template) => template.id === id)?.name;
  return { LaunchTemplateId: id, LaunchTemplateName: name, Version: version };
}

const activityAnswer = (group: Group, activity: Activity): Answer => ({
  ActivityId: activity.id,
  AutoScalingGroupName: group.name,
  Description: activity.description,
  Cause: activity.cause,
  StartTime: date(activity.startedAt),
  EndTime: date(activity.endedAt),
  StatusCode: activity.status,
  Progress: activity.progress,
  Details: "{}",
  AutoScalingGroupARN: group.arn,
});

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only the parameters that the caller named. */
function present<T extends object>(patch: T): Present<T> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Present<T>;
}
