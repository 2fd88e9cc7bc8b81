/** Permissions that launching a node requires. Pure. */
import { TAGS } from "../contract";
import { resourceName } from "../names";
import { arn, iamArn, type Scope, taggedAsStack } from "./scope";
import { allow, type Statement } from "./statement";

/** Resources that a launch names, all of them from the template. A shared subnet or a public image belongs to another account. */
const FROM_TEMPLATE = ["image", "instance", "key-pair", "security-group", "snapshot", "volume"] as const;
/** What Auto Scaling chooses itself at each launch. */
const AT_LAUNCH = ["network-interface", "subnet"] as const;

/**
 * A launch from the stack's own template, which may override nothing but the subnet: a template alone would not be enough, since
 * a request may give another image, other user data or another profile than its template (AWS: IAM examples for launch templates).
 */
export function runStatements(scope: Scope): readonly Statement[] {
  const ofAnyAccount = (kinds: readonly string[]): readonly string[] =>
    kinds.map((kind) => arn({ ...scope, accountId: "*" }, "ec2", `${kind}/*`));
  const templates = arn(scope, "ec2", "launch-template/*");
  const fromTemplate = { ArnLike: { "ec2:LaunchTemplate": templates } };
  return [
    ...allow("Launch", ["ec2:RunInstances"], ofAnyAccount(FROM_TEMPLATE), {
      ...fromTemplate,
      Bool: { "ec2:IsLaunchTemplateResource": "true" },
    }),
    ...allow("LaunchWhere", ["ec2:RunInstances"], ofAnyAccount(AT_LAUNCH), fromTemplate),
    ...allow("LaunchBy", ["ec2:RunInstances"], [templates], taggedAsStack(scope)),
  ];
}

/** Auto Scaling requires these of whoever points a group at a template: otherwise a group could launch anything with any role. */
export function launchStatements(scope: Scope): readonly Statement[] {
  return [
    ...runStatements(scope),
    ...allow("TagLaunched", ["ec2:CreateTags"], [arn(scope, "ec2", "*/*")], {
      StringEquals: { "ec2:CreateAction": "RunInstances" },
    }),
    ...allow("GiveNodesTheirRole", ["iam:PassRole"], passedRole(scope), {
      // In China the name goes on.
      StringLike: { "iam:PassedToService": "ec2.amazonaws.com*" },
    }),
  ];
}

/**
 * Prepared nodes: launched from the template alone, and terminated by the tag that none but they carry. A node that the group has launched
 * has no such tag.
 */
export function preparedStatements(scope: Scope): readonly Statement[] {
  const instances = [arn(scope, "ec2", "instance/*")];
  return [
    ...runStatements(scope),
    ...allow("EndPrepared", ["ec2:TerminateInstances"], instances, {
      StringEquals: { [`aws:ResourceTag/${TAGS.prepared}`]: scope.stack },
    }),
  ];
}

/** The nodes' role and no other. A given profile does not tell its role: it must be named, or no role may be passed. */
function passedRole(scope: Scope): readonly string[] {
  const { instanceProfile, instanceRoleArn } = scope.config;
  if (instanceProfile === undefined) return [iamArn(scope, `role/${nodeRole(scope)}`)];
  return instanceRoleArn === undefined ? [] : [instanceRoleArn];
}

/** Name of the role that the stack makes for its nodes. */
export const nodeRole = ({ stack }: Scope): string => resourceName(stack, "node");
