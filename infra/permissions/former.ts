import { arn, formerGroupArn, iamArn, type Scope } from "./scope";
import { allow, ANYTHING, type Statement } from "./statement";

/** What a run does to a group, whichever it is. */
export const ACTING = [
  "autoscaling:ResumeProcesses",
  "autoscaling:SuspendProcesses",
  "autoscaling:TerminateInstanceInAutoScalingGroup",
] as const;

/** For an adoption from a former group, and back. Its nodes are known by the tag that Auto Scaling gives them. */
export function formerStatements(scope: Scope): readonly Statement[] {
  const { formerGroup, transport } = scope.config;
  if (formerGroup === undefined) return [];
  const instances = [arn(scope, "ec2", "instance/*")];
  const ofGroup = (key: string): Statement["Condition"] => ({
    StringEquals: { [`${key}/aws:autoscaling:groupName`]: formerGroup },
  });
  return [
    ...allow("MoveFormerGroup", [...ACTING, ...MOVING], formerGroupArn(scope)),
    ...allow("ReadFormerConsole", ["ec2:GetConsoleOutput"], instances, ofGroup("aws:ResourceTag")),
    ...allow("SeeFormerProfile", ["iam:GetInstanceProfile"], [iamArn(scope, "instance-profile/*")]),
    ...(transport === "ssm"
      ? [
          ...allow("SeeFormerAgents", ["ssm:DescribeInstanceInformation"], ANYTHING),
          ...allow("CommandFormerNodes", ["ssm:SendCommand"], instances, ofGroup("ssm:resourceTag")),
        ]
      : []),
  ];
}

const MOVING = [
  "autoscaling:CreateOrUpdateTags",
  "autoscaling:DeleteTags",
  "autoscaling:UpdateAutoScalingGroup",
] as const;
