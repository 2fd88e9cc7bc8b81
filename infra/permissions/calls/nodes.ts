/** What Pulumi's aws provider calls for the nodes and their entry point. Pure. */

export interface Calls {
  /** With every refresh, and after every change. */
  readonly see: readonly string[];
  /** To make it, to change it, to take it away. */
  readonly change: readonly string[];
}

export const TAGGING = ["ec2:CreateTags", "ec2:DeleteTags"] as const;
const BALANCER_TAGS = ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"] as const;
const SEE_BALANCER_TAGS = "elasticloadbalancing:DescribeTags";
const RULES = ["ec2:DescribeSecurityGroupRules"] as const;

/** By Pulumi type: nodes, and what is in front of and behind them. */
export const NODE_CALLS: Readonly<Record<string, Calls>> = {
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
      // A protected instance is not scaled in: the provider takes the protection away before it deletes the group.
      "autoscaling:SetInstanceProtection",
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
      // AWS asks for these of whoever creates one.
      "ec2:DescribeAccountAttributes",
      "ec2:DescribeAddresses",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
    ],
    change: [
      "elasticloadbalancing:CreateLoadBalancer",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:SetSecurityGroups",
      "elasticloadbalancing:SetSubnets",
      "elasticloadbalancing:SetIpAddressType",
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
