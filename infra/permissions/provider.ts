/**
 * What whoever builds the stack may do: what Pulumi's aws provider calls for its resources. The calls follow the provider's
 * documentation and AWS's service authorization reference; they were not recorded from a real account. Pure.
 */
import { nodeKind } from "../nodes/index";
import { JOB_CALLS } from "./calls/job";
import { type Calls, NODE_CALLS } from "./calls/nodes";
import { SERVICE_CALLS } from "./calls/services";
import { ROLLOUT_CALLS } from "./calls/rollout";
import { jobRoles } from "./job";
import { launchStatements, nodeRole } from "./launch";
import { rolloutName } from "./rollout";
import { hasJob } from "../config/schedule";
import { arn, groupArn, iamArn, type Scope, taggedAsStack, targetGroupArn } from "./scope";
import { allow, ANYTHING, type Statement } from "./statement";

/** By Pulumi type. A test holds the types to those that the program declares. */
export const PROVIDER_CALLS: Readonly<Record<string, Calls>> = {
  ...NODE_CALLS,
  ...SERVICE_CALLS,
  ...JOB_CALLS,
  ...ROLLOUT_CALLS,
};

/** For the updates of a run: a new version of the launch template, the group's pin and its capacity. */
export function updateStatements(scope: Scope): readonly Statement[] {
  const templates = [arn(scope, "ec2", "launch-template/*")];
  return [
    ...allow("SeeTemplate", ["ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions"], ANYTHING),
    ...allow("StageBuild", ["ec2:CreateLaunchTemplateVersion"], templates, taggedAsStack(scope)),
    ...allow("MovePinAndCapacity", ["autoscaling:UpdateAutoScalingGroup"], [groupArn(scope)]),
    ...healthPathStatements(scope),
    ...launchStatements(scope),
  ];
}

/** What the load balancer asks moves with the pin, where that is the stack's own to change and differs from release to release. */
function healthPathStatements(scope: Scope): readonly Statement[] {
  if (scope.config.targetGroupArn !== undefined || !nodeKind(scope.config).healthPath.varies) return [];
  const { see = [] } = NODE_CALLS["aws:lb/targetGroup:TargetGroup"] ?? {};
  return [
    ...allow("SeeTargets", see, ANYTHING),
    ...allow("MoveHealthPath", ["elasticloadbalancing:ModifyTargetGroup"], [targetGroupArn(scope)]),
  ];
}

/** For the first build, and for changes of more than the nodes' build. Roles and profiles are narrowed by name, the rest by region. */
export function buildStatements(scope: Scope): readonly Statement[] {
  const all = callsFor(scope);
  const ofIam = all.filter((action) => action.startsWith("iam:"));
  const inRegion = { StringEquals: { "aws:RequestedRegion": scope.region } };
  return [
    ...allow(
      "BuildStack",
      all.filter((action) => !ofIam.includes(action)),
      ANYTHING,
      inRegion,
    ),
    ...roleStatements(scope, ofIam, builtRoles(scope)),
    ...keyStatements(scope, inRegion),
    ...jobBuildStatements(scope),
    ...allow("FirstUseOfServices", ["iam:CreateServiceLinkedRole"], [iamArn(scope, "role/aws-service-role/*")], {
      StringLike: { "iam:AWSServiceName": firstUsed(scope) },
    }),
    ...launchStatements(scope),
  ];
}

const hasOwnJob = ({ config }: Scope): boolean => hasJob(config);
const hasRollouts = ({ config }: Scope): boolean => config.rolloutStacks.length > 0;
const buildsServices = ({ config }: Scope): boolean => config.services === "build";

/** Rollouts have a log and alarms, too. */
const jobTables = (scope: Scope): readonly Readonly<Record<string, Calls>>[] => {
  const { "aws:cloudwatch/logGroup:LogGroup": log, "aws:cloudwatch/metricAlarm:MetricAlarm": alarm } = JOB_CALLS;
  const rollouts = log && alarm ? { ...ROLLOUT_CALLS, log, alarm } : {};
  return [hasOwnJob(scope) ? JOB_CALLS : {}, hasRollouts(scope) ? rollouts : {}];
};

/** The calls for what this stack makes, once each, in order. */
function callsFor(scope: Scope): readonly string[] {
  const tables = [NODE_CALLS, buildsServices(scope) ? SERVICE_CALLS : {}, ...jobTables(scope)];
  const calls = tables.flatMap((table) => Object.values(table)).flatMap(({ see, change }) => [...see, ...change]);
  return [...new Set(calls)].sort();
}

/** Roles and profiles that the stack makes; none where the nodes' is given and there is no job. */
function builtRoles(scope: Scope): readonly string[] {
  const node = nodeRole(scope);
  return [
    ...(scope.config.instanceProfile === undefined
      ? [iamArn(scope, `role/${node}`), iamArn(scope, `instance-profile/${node}`)]
      : []),
    ...(hasRollouts(scope) ? [iamArn(scope, `role/${rolloutName(scope.stack)}`)] : []),
    ...(hasOwnJob(scope) ? Object.values(jobRoles(scope.stack)).map((name) => iamArn(scope, `role/${name}`)) : []),
  ];
}

/** The first resource of a service in an account brings the service's own role with it. In China the names go on. */
const firstUsed = (scope: Scope): readonly string[] =>
  ["autoscaling", "elasticloadbalancing", ...(buildsServices(scope) ? ["elasticache", "rds"] : [])].map(
    (service) => `${service}.amazonaws.com*`,
  );

/** Database, Redis and secrets that a given key encrypts: AWS uses it on behalf of whoever creates them. */
function keyStatements(scope: Scope, inRegion: NonNullable<Statement["Condition"]>): readonly Statement[] {
  const { kmsKeyArn } = scope.config;
  if (kmsKeyArn === undefined || !buildsServices(scope)) return [];
  return [
    ...allow("UseKey", ["kms:DescribeKey", "kms:Decrypt", "kms:GenerateDataKey"], [kmsKeyArn], inRegion),
    ...allow("LendKey", ["kms:CreateGrant"], [kmsKeyArn], { Bool: { "kms:GrantIsForAWSResource": "true" } }),
  ];
}

/** The roles of the job and of rollouts go to the services that take them, and its connection to the build. */
function jobBuildStatements(scope: Scope): readonly Statement[] {
  const { job, start } = jobRoles(scope.stack);
  const { scheduleConnectionArn: connection } = scope.config;
  const pass = (sid: string, role: string, service: string): readonly Statement[] =>
    allow(sid, ["iam:PassRole"], [iamArn(scope, `role/${role}`)], { StringEquals: { "iam:PassedToService": service } });
  const rollouts = hasRollouts(scope)
    ? pass("GiveRolloutsTheirRole", rolloutName(scope.stack), "states.amazonaws.com")
    : [];
  if (!hasOwnJob(scope)) return rollouts;
  return [
    ...rollouts,
    ...pass("GiveJobItsRole", job, "codebuild.amazonaws.com"),
    ...pass("GiveScheduleItsRole", start, "scheduler.amazonaws.com"),
    ...allow(
      "GiveJobItsConnection",
      ["codeconnections:PassConnection", "codeconnections:UseConnection"],
      connection === undefined ? [] : [connection],
    ),
  ];
}

/** Calls that decide what a role may do. IAM can bind them to the role's permissions boundary. */
const BOUND = [
  "iam:AttachRolePolicy",
  "iam:CreateRole",
  "iam:DeleteRolePolicy",
  "iam:DetachRolePolicy",
  "iam:PutRolePolicy",
];

/** With `permissionsBoundaryArn` nobody who builds the stack can give its role more than the boundary, and so take more for themselves. */
function roleStatements(scope: Scope, actions: readonly string[], resources: readonly string[]): readonly Statement[] {
  const boundary = scope.config.permissionsBoundaryArn;
  if (boundary === undefined) return allow("BuildRoles", actions, resources);
  return [
    ...allow(
      "BuildRoles",
      actions.filter((action) => !BOUND.includes(action)),
      resources,
    ),
    ...allow("EmpowerRoles", [...BOUND, "iam:PutRolePermissionsBoundary"], resources, {
      StringEquals: { "iam:PermissionsBoundary": boundary },
    }),
  ];
}
