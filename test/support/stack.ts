import { type ProgramOutputs, tfeProgram } from "../../infra/program";
import { declare, type Declaration, type Setting } from "./pulumi";
import { rawConfig } from "./stackConfig";

/** Every resource type that the program may use. */
export const TYPES = {
  template: "aws:ec2/launchTemplate:LaunchTemplate",
  group: "aws:autoscaling/group:Group",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  loadBalancer: "aws:lb/loadBalancer:LoadBalancer",
  targetGroup: "aws:lb/targetGroup:TargetGroup",
  listener: "aws:lb/listener:Listener",
  profile: "aws:iam/instanceProfile:InstanceProfile",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  command: "command:local:Command",
} as const;

/** Tags of whatever a stack named `test` declares. */
export const STACK_TAGS = { Name: "tfe-test", "tfe-repave:stack": "test" };

/** What the program declares for the minimal configuration with these keys changed. */
export function declareStack(
  change: Readonly<Record<string, string | undefined>> = {},
  setting: Setting = {},
): Promise<Declaration<ProgramOutputs>> {
  return declare(() => tfeProgram({ projectRoot: "/nowhere/project" }), { config: rawConfig(change), ...setting });
}
