import { version } from "@pulumi/aws/package.json";
import type { Package } from "../noun";
import { group } from "./group";
import { instanceProfile, role, rolePolicy, rolePolicyAttachment } from "./identity";
import { launchTemplate } from "./launchTemplate";
import { listener } from "./listener";
import { loadBalancer } from "./loadBalancer";
import { egressRule, ingressRule, securityGroup } from "./network";
import { targetGroup } from "./targetGroup";

/** The part of the aws provider that a repave stack needs. */
export const aws: Package = {
  name: "aws",
  version,
  nouns: {
    "aws:autoscaling/group:Group": group,
    "aws:ec2/launchTemplate:LaunchTemplate": launchTemplate,
    "aws:ec2/securityGroup:SecurityGroup": securityGroup,
    "aws:iam/instanceProfile:InstanceProfile": instanceProfile,
    "aws:iam/role:Role": role,
    "aws:iam/rolePolicy:RolePolicy": rolePolicy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
    "aws:lb/listener:Listener": listener,
    "aws:lb/loadBalancer:LoadBalancer": loadBalancer,
    "aws:lb/targetGroup:TargetGroup": targetGroup,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": egressRule,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ingressRule,
  },
  invokes: {
    "aws:index/getPartition:getPartition": () => ({
      id: "aws",
      partition: "aws",
      dnsSuffix: "amazonaws.com",
      reverseDnsPrefix: "com.amazonaws",
    }),
    "aws:index/getCallerIdentity:getCallerIdentity": (_args, { state }) => ({
      id: state.accountId,
      accountId: state.accountId,
      arn: `arn:aws:iam::${state.accountId}:user/lab`,
      userId: "AIDALABLABLABLABLABLA",
    }),
    "aws:index/getRegion:getRegion": (_args, { state }) => ({
      id: state.region,
      name: state.region,
      region: state.region,
      description: state.region,
      endpoint: `ec2.${state.region}.amazonaws.com`,
    }),
  },
};
