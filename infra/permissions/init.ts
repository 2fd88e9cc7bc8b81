/** What `init --from-group` may do. There is no stack yet that anything could be narrowed to. Pure. */
import { allow, ANYTHING, policyDocument, type PolicyDocument, type Statement } from "./statement";

/** `group`: its nodes may be asked as well, and may write their secret settings into a secret. */
export const initPolicy = (group?: string): PolicyDocument =>
  policyDocument([...initStatements(), ...(group === undefined ? [] : nodeStatements(group))]);

/** Reading descriptions, which cannot be narrowed to a resource. */
export const initStatements = (): readonly Statement[] => allow("ReadRunningFleet", READING, ANYTHING);

const READING = [
  "autoscaling:DescribeAutoScalingGroups",
  "ec2:DescribeLaunchTemplateVersions",
  "elasticloadbalancing:DescribeListeners",
  "elasticloadbalancing:DescribeTargetGroupAttributes",
  "elasticloadbalancing:DescribeTargetGroups",
  "iam:GetInstanceProfile",
  "rds:DescribeDBClusters",
  "rds:DescribeDBInstances",
] as const;

/** Nodes are known by the tag that Auto Scaling gives them; the secret is made, described, and given a policy, and never read. */
function nodeStatements(group: string): readonly Statement[] {
  const instances = ["arn:aws:ec2:*:*:instance/*"];
  const ofGroup = (key: string): Statement["Condition"] => ({
    StringEquals: { [`${key}/aws:autoscaling:groupName`]: group },
  });
  return [
    ...allow("FindNode", ["ec2:DescribeInstances", "ssm:CancelCommand", "ssm:GetCommandInvocation"], ANYTHING),
    ...allow("CommandNodesOfGroup", ["ssm:SendCommand"], instances, ofGroup("ssm:resourceTag")),
    ...allow("CommandByShellScript", ["ssm:SendCommand"], ["arn:aws:ssm:*::document/AWS-RunShellScript"]),
    ...allow("ReadConsoleOfGroup", ["ec2:GetConsoleOutput"], instances, ofGroup("aws:ResourceTag")),
    ...allow(
      "HandSettingsOver",
      [
        "secretsmanager:CreateSecret",
        "secretsmanager:DescribeSecret",
        "secretsmanager:PutResourcePolicy",
        "secretsmanager:TagResource",
      ],
      ["arn:aws:secretsmanager:*:*:secret:tfe-repave/*/settings-*"],
    ),
  ];
}
