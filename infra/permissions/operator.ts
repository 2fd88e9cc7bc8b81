/**
 * What whoever runs this project may do: a person, or the role of a scheduled job (`operatorPolicy` is for both). Pure.
 * `test/infra/permissions` holds it to the calls that are really made, in both directions.
 */
import { resourceName } from "../names";
import { runsPath } from "../runs/runStore";
import { ACTING, formerStatements } from "./former";
import { preparedStatements, runStatements } from "./launch";
import { nodeNeeds } from "./node";
import { buildStatements, updateStatements } from "./provider";
import { arn, groupArn, iamArn, type Scope, taggedAsStack, targetGroupArn } from "./scope";
import { allow, ANYTHING, policyDocument, type PolicyDocument, type Statement } from "./statement";

/** Everything for plan, upgrade, abort, status and the like on a stack that is built: our own calls, and the engine's updates. */
export const operatorPolicy = (scope: Scope): PolicyDocument =>
  policyDocument([...callStatements(scope), ...updateStatements(scope)]);

/** What `doctor` asks on top. A run does without, and the operator's policy has no room left in a managed policy. */
export const doctorPolicy = (scope: Scope): PolicyDocument => policyDocument(doctorStatements(scope));

/** What `migrate` needs on top, once in the life of a stack. Where the stack builds the role of its nodes, the run changes its policy. */
export function movePolicy(scope: Scope): PolicyDocument {
  const isBuilt = scope.config.instanceProfile === undefined;
  const role = isBuilt ? [iamArn(scope, `role/${resourceName(scope.stack, "node")}`)] : [];
  return policyDocument([
    ...handoverStatements(scope),
    ...allow("TagNewSecret", ["secretsmanager:TagResource"], [handoverSecret(scope)]),
    ...allow("LetNodesReadTheirSecrets", ["iam:GetRolePolicy", "iam:PutRolePolicy"], role),
  ]);
}

/** The secret that a node writes: it is made, described, and given a policy, and never read. */
export function handoverStatements(scope: Scope): readonly Statement[] {
  const profile = scope.config.instanceProfile ?? resourceName(scope.stack, "node");
  return [
    ...allow(
      "HandSecretsOver",
      ["secretsmanager:CreateSecret", "secretsmanager:DescribeSecret", "secretsmanager:PutResourcePolicy"],
      [handoverSecret(scope)],
    ),
    ...allow("SeeInstanceProfile", ["iam:GetInstanceProfile"], [iamArn(scope, `instance-profile/${profile}`)]),
  ];
}

const handoverSecret = (scope: Scope): string =>
  arn(scope, "secretsmanager", `secret:tfe-repave/${scope.stack}/variables-*`);

/** What `pulumi up` needs on top, to build the stack or to change more of it than the build of its nodes. */
export const builderPolicy = (scope: Scope): PolicyDocument => policyDocument(buildStatements(scope));

/** The calls that the orchestrator makes itself. */
export function callStatements(scope: Scope): readonly Statement[] {
  return [
    ...allow("SeeFleet", SEEING, ANYTHING),
    ...allow("FenceAndReplace", ["autoscaling:AttachInstances", ...ACTING], [groupArn(scope)]),
    ...formerStatements(scope),
    ...allow("TakeOutAndPutBack", BALANCING, [targetGroupArn(scope)]),
    ...allow("ReadConsole", ["ec2:GetConsoleOutput"], [arn(scope, "ec2", "instance/*")], taggedAsStack(scope)),
    ...allow("ReadImageParameter", ["ssm:GetParameter"], imageParameter(scope)),
    ...commandStatements(scope),
    ...bootProofStatements(scope),
    ...preparedStatements(scope),
    ...databaseStatements(scope),
    ...bucketStatements(scope),
    ...runStoreStatements(scope),
    ...noticeStatements(scope.config),
    ...proofStatements(scope.config),
  ];
}

/**
 * The state of the agents, and what its own caller may do. Who that is, no policy knows beforehand, so every
 * role and user of the account can be asked about; nothing but decisions is answered, and of a role its description.
 */
export function doctorStatements(scope: Scope): readonly Statement[] {
  const [roles, users] = [iamArn(scope, "role/*"), iamArn(scope, "user/*")];
  return [
    ...(scope.config.transport === "ssm" ? allow("SeeAgents", ["ssm:DescribeInstanceInformation"], ANYTHING) : []),
    ...allow("SeeOwnRole", ["iam:GetRole"], [roles]),
    ...allow("SimulateOwnPolicy", ["iam:SimulatePrincipalPolicy"], [roles, users]),
  ];
}

/** Descriptions cannot be narrowed to a resource. */
const SEEING = [
  "autoscaling:DescribeAutoScalingGroups",
  "autoscaling:DescribeInstanceRefreshes",
  "autoscaling:DescribeLifecycleHooks",
  "autoscaling:DescribePolicies",
  "autoscaling:DescribeScheduledActions",
  "ec2:DescribeImages",
  "ec2:DescribeInstanceTypeOfferings",
  "ec2:DescribeInstanceTypes",
  "ec2:DescribeInstances",
  "ec2:DescribeLaunchTemplateVersions",
  "elasticloadbalancing:DescribeLoadBalancerAttributes",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeTargetGroupAttributes",
  "elasticloadbalancing:DescribeTargetGroups",
  "elasticloadbalancing:DescribeTargetHealth",
  "servicequotas:GetAWSDefaultServiceQuota",
  "servicequotas:GetServiceQuota",
] as const;

/** For a restart without a lost request. */
const BALANCING = ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"] as const;

/** Sending needs the document and the instance; following and cancelling cannot be narrowed. */
function commandStatements(scope: Scope): readonly Statement[] {
  if (scope.config.transport !== "ssm") return [];
  const instances = [arn(scope, "ec2", "instance/*")];
  const document = [arn({ ...scope, accountId: "" }, "ssm", "document/AWS-RunShellScript")];
  return [
    ...allow("CommandNodes", ["ssm:SendCommand"], instances, taggedAsStack(scope, "ssm:resourceTag")),
    ...allow("CommandByShellScript", ["ssm:SendCommand"], document),
    ...allow("FollowCommands", ["ssm:GetCommandInvocation", "ssm:CancelCommand"], ANYTHING),
  ];
}

/** The launch is a dry run; a secret is seen to be there, and not read. */
function bootProofStatements(scope: Scope): readonly Statement[] {
  if (scope.config.bootProof === "off") return [];
  return [
    ...runStatements(scope),
    ...allow("ProveSecrets", ["secretsmanager:DescribeSecret"], nodeNeeds(scope.config).secretArns),
  ];
}

/** An id may be that of an instance, of a cluster, or of a cluster's instance; then the cluster's own is known only at run time. */
function databaseStatements(scope: Scope): readonly Statement[] {
  const { databaseId, backup } = scope.config;
  if (databaseId === undefined) return [];
  const databases = [arn(scope, "rds", `db:${databaseId}`), arn(scope, "rds", "cluster:*")];
  const snapshots = ["snapshot", "cluster-snapshot"].map((kind) => arn(scope, "rds", `${kind}:run-*-before-*`));
  return [
    ...allow("SeeDatabase", ["rds:DescribeDBInstances", "rds:DescribeDBClusters"], databases),
    ...(backup === "snapshot"
      ? allow(
          "SnapshotDatabase",
          [
            "rds:CreateDBSnapshot",
            "rds:CreateDBClusterSnapshot",
            "rds:DescribeDBSnapshots",
            "rds:DescribeDBClusterSnapshots",
            "rds:AddTagsToResource",
          ],
          [...databases, ...snapshots],
        )
      : []),
  ];
}

/** Whether it keeps versions, and the support bundles that the nodes put there. Nothing else of the application's is read. */
function bucketStatements({ config, partition }: Scope): readonly Statement[] {
  const bucket = config.bucket === undefined ? [] : [`arn:${partition}:s3:::${config.bucket}`];
  return [
    ...allow("SeeBucket", ["s3:GetBucketVersioning", "s3:ListBucket"], bucket),
    ...allow(
      "DownloadBundles",
      ["s3:GetObject"],
      bucket.map((arn) => `${arn}/support-bundles/*`),
    ),
  ];
}

/**
 * Without s3:ListBucket S3 answers 403 for an object that does not exist, and nobody could tell a free lease from a hidden one.
 * A condition on s3:prefix would do the same: reading an object carries no prefix.
 */
function runStoreStatements({ runs, stack, partition }: Scope): readonly Statement[] {
  if (runs.kind !== "s3") return [];
  const s3 = `arn:${partition}:s3:::`;
  return [
    ...allow("ListRuns", ["s3:ListBucket"], [s3 + runs.bucket]),
    ...allow(
      "CheckRunStore",
      ["s3:GetBucketPublicAccessBlock", "s3:GetBucketVersioning", "s3:GetEncryptionConfiguration"],
      [s3 + runs.bucket],
    ),
    ...allow(
      "KeepRuns",
      ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      [s3 + runsPath(runs.bucket, runs.prefix, stack, "*")],
    ),
  ];
}

/** Those of AWS itself belong to no account. A version after the name is no part of it. */
function imageParameter(scope: Scope): readonly string[] {
  const given = scope.config.imageParameter;
  if (given === undefined) return [];
  const name = given
    .replace(/^resolve:ssm:/, "")
    .replace(/:.*$/, "")
    .replace(/^\//, "");
  const owner = name.startsWith("aws/service/") ? { ...scope, accountId: "" } : scope;
  return [arn(owner, "ssm", `parameter/${name}`)];
}

function noticeStatements(config: Scope["config"]): readonly Statement[] {
  const secrets = [
    config.notifySlackSecretArn,
    config.notifyTeamsSecretArn,
    config.notifyPagerDutySecretArn,
    config.notifyWebhookSecretArn,
  ].filter((arn) => arn !== undefined);
  const topics = config.notifyTopicArn === undefined ? [] : [config.notifyTopicArn];
  return [
    ...allow("ReadNoticeSecrets", ["secretsmanager:GetSecretValue"], secrets),
    ...allow("Notify", ["sns:Publish"], topics),
  ];
}

/** The token of smoke runs, and the states of alarms: AWS shows composite ones only to whoever may see all. */
function proofStatements({ smokeTokenSecretArn, alarms }: Scope["config"]): readonly Statement[] {
  return [
    ...allow(
      "ReadSmokeToken",
      ["secretsmanager:GetSecretValue"],
      smokeTokenSecretArn === undefined ? [] : [smokeTokenSecretArn],
    ),
    ...(alarms.length === 0 ? [] : allow("SeeAlarms", ["cloudwatch:DescribeAlarms"], ANYTHING)),
  ];
}
