/**
 * What Pulumi's aws provider calls for the resources of this stack. Taken from the provider's documentation and sources by
 * reading, not from a record of its calls: it has never been run here. Pure.
 */
import { launchStatements, nodeRole } from "./launch";
import { arn, groupArn, iamArn, type Scope, taggedAsStack } from "./scope";
import { allow, ANYTHING, type Statement } from "./statement";

interface Calls {
  /** With every refresh, and after every change. */
  readonly see: readonly string[];
  /** To make it, to change it, to take it away. */
  readonly change: readonly string[];
}

const TAGGING = ["ec2:CreateTags", "ec2:DeleteTags"] as const;
const BALANCER_TAGS = ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"] as const;
const SEE_BALANCER_TAGS = "elasticloadbalancing:DescribeTags";
const RULES = ["ec2:DescribeSecurityGroupRules"] as const;

/** By Pulumi type. A test holds the types to those that the program declares. */
export const PROVIDER_CALLS: Readonly<Record<string, Calls>> = {
  "aws:ec2/launchTemplate:LaunchTemplate": {
    see: ["ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions"],
    change: [
      "ec2:CreateLaunchTemplate",
      "ec2:CreateLaunchTemplateVersion",
      "ec2:ModifyLaunchTemplate",
      "ec2:DeleteLaunchTemplate",
      ...TAGGING,
    ],
  },
  "aws:autoscaling/group:Group": {
    see: ["autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeScalingActivities"],
    change: [
      "autoscaling:CreateAutoScalingGroup",
      "autoscaling:UpdateAutoScalingGroup",
      "autoscaling:DeleteAutoScalingGroup",
      "autoscaling:CreateOrUpdateTags",
      "autoscaling:DeleteTags",
      "autoscaling:AttachLoadBalancerTargetGroups",
      "autoscaling:DetachLoadBalancerTargetGroups",
    ],
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    see: ["ec2:DescribeSecurityGroups", "ec2:DescribeNetworkInterfaces"],
    // AWS gives a new group a rule that lets everything out; the provider takes it away.
    change: ["ec2:CreateSecurityGroup", "ec2:RevokeSecurityGroupEgress", "ec2:DeleteSecurityGroup", ...TAGGING],
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    see: RULES,
    change: [
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:RevokeSecurityGroupIngress",
      "ec2:ModifySecurityGroupRules",
      ...TAGGING,
    ],
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    see: RULES,
    change: [
      "ec2:AuthorizeSecurityGroupEgress",
      "ec2:RevokeSecurityGroupEgress",
      "ec2:ModifySecurityGroupRules",
      ...TAGGING,
    ],
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    see: [
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      "elasticloadbalancing:DescribeCapacityReservation",
      SEE_BALANCER_TAGS,
    ],
    change: [
      "elasticloadbalancing:CreateLoadBalancer",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:SetSecurityGroups",
      "elasticloadbalancing:SetSubnets",
      "elasticloadbalancing:DeleteLoadBalancer",
      ...BALANCER_TAGS,
    ],
  },
  "aws:lb/targetGroup:TargetGroup": {
    see: [
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      SEE_BALANCER_TAGS,
    ],
    change: [
      "elasticloadbalancing:CreateTargetGroup",
      "elasticloadbalancing:ModifyTargetGroup",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:DeleteTargetGroup",
      ...BALANCER_TAGS,
    ],
  },
  "aws:lb/listener:Listener": {
    see: [
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeListenerAttributes",
      SEE_BALANCER_TAGS,
    ],
    change: [
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:ModifyListenerAttributes",
      "elasticloadbalancing:DeleteListener",
      ...BALANCER_TAGS,
    ],
  },
  "aws:iam/role:Role": {
    see: ["iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole"],
    change: [
      "iam:CreateRole",
      "iam:UpdateRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:DeleteRole",
    ],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    see: ["iam:GetRolePolicy"],
    change: ["iam:PutRolePolicy", "iam:DeleteRolePolicy"],
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    see: ["iam:ListAttachedRolePolicies"],
    change: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    see: ["iam:GetInstanceProfile"],
    change: [
      "iam:CreateInstanceProfile",
      "iam:AddRoleToInstanceProfile",
      "iam:RemoveRoleFromInstanceProfile",
      "iam:TagInstanceProfile",
      "iam:UntagInstanceProfile",
      "iam:DeleteInstanceProfile",
    ],
  },
  // The post-build gate runs on the operator's machine.
  "command:local:Command": { see: [], change: [] },
};

/** For the updates of a run: a new version of the launch template, the group's pin and its capacity. */
export function updateStatements(scope: Scope): readonly Statement[] {
  const templates = [arn(scope, "ec2", "launch-template/*")];
  return [
    ...allow("SeeTemplate", ["ec2:DescribeLaunchTemplates", "ec2:DescribeLaunchTemplateVersions"], ANYTHING),
    ...allow("StageBuild", ["ec2:CreateLaunchTemplateVersion"], templates, taggedAsStack(scope)),
    ...allow("MovePinAndCapacity", ["autoscaling:UpdateAutoScalingGroup"], [groupArn(scope)]),
    ...launchStatements(scope),
  ];
}

/** For the first build, and for changes of more than the nodes' build. Roles and profiles are narrowed by name, the rest by region. */
export function buildStatements(scope: Scope): readonly Statement[] {
  const calls = Object.values(PROVIDER_CALLS).flatMap(({ see, change }) => [...see, ...change]);
  const all = [...new Set(calls)].sort();
  const name = nodeRole(scope);
  const ofIam = all.filter((action) => action.startsWith("iam:"));
  const inRegion = { StringEquals: { "aws:RequestedRegion": scope.region } };
  const builtRole = [iamArn(scope, `role/${name}`), iamArn(scope, `instance-profile/${name}`)];
  return [
    ...allow(
      "BuildStack",
      all.filter((action) => !ofIam.includes(action)),
      ANYTHING,
      inRegion,
    ),
    ...(scope.config.instanceProfile === undefined ? roleStatements(scope, ofIam, builtRole) : []),
    // The first group and the first load balancer of an account bring their service's own role with them.
    ...allow("FirstUseOfServices", ["iam:CreateServiceLinkedRole"], [iamArn(scope, "role/aws-service-role/*")], {
      // In China the names go on.
      StringLike: { "iam:AWSServiceName": ["autoscaling.amazonaws.com*", "elasticloadbalancing.amazonaws.com*"] },
    }),
    ...launchStatements(scope),
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
  if (boundary === undefined) return allow("BuildNodesRole", actions, resources);
  return [
    ...allow(
      "BuildNodesRole",
      actions.filter((action) => !BOUND.includes(action)),
      resources,
    ),
    ...allow("EmpowerNodesRole", [...BOUND, "iam:PutRolePermissionsBoundary"], resources, {
      StringEquals: { "iam:PermissionsBoundary": boundary },
    }),
  ];
}
