import type { FoundTargets, RunningFleet } from "../ports/runningFleet";
import { fits, known, list, optional } from "./found";
import { secretEntries, SECRETS } from "./secretEntries";
import type { Entry } from "./stackFile";
import type { SecretRole } from "./userData/secrets";
import type { UserDataFacts } from "./userData/read";

/** What was found more than once, and which of it the operator chose. */
export interface Chosen {
  readonly targetGroupArn?: string;
  readonly secrets?: Readonly<Partial<Record<SecretRole, string>>>;
}

/** A key with several values of which one counts. */
export interface Ambiguous {
  readonly key: "targetGroupArn" | SecretRole;
  readonly question: string;
  readonly values: readonly string[];
}

/** Most nodes that the application runs on. */
const MOST_NODES = 5;

/** What somebody must choose between. */
export function ambiguities({ targets }: RunningFleet, { secrets }: UserDataFacts): readonly Ambiguous[] {
  const users = targetsOfUsers(targets);
  const several = Object.entries(secrets) as [SecretRole, readonly string[]][];
  return [
    ...(users.length > 1
      ? [
          {
            key: "targetGroupArn" as const,
            question: "Which target group do users reach the application by?",
            values: users.map(({ arn }) => arn),
          },
        ]
      : []),
    ...several
      .filter(([, arns]) => arns.length > 1)
      .map(([key, values]) => ({ key, question: SECRETS[key].question, values })),
  ];
}

/** Port 443 is what users open; other groups (metrics, the admin console) are beside it. */
function targetsOfUsers(targets: readonly FoundTargets[]): readonly FoundTargets[] {
  const open = targets.filter(({ port }) => port === 443);
  return open.length > 0 ? open : targets;
}

/** The stack's file for a running fleet: each value with where it comes from, each gap as a question. */
export function groupEntries(fleet: RunningFleet, data: UserDataFacts, chosen: Chosen = {}): readonly Entry[] {
  const { group, template } = fleet;
  const ofGroup = `From the Auto Scaling group ${group.name}`;
  const ofTemplate = `From the launch template (${template.name})`;
  const entries: readonly (Entry | undefined)[] = [
    known("aws:region", group.region, `${ofGroup}.`, "In which region do the nodes run?", "eu-central-1"),
    ...release(data),
    known("image", template.image, `${ofTemplate}.`, "Which image do new nodes start from?", "ami-…"),
    {
      key: "nodeCount",
      value: 0,
      comment: `The group ${group.name} has the nodes: ${group.desired} now. \`adopt\` moves them here, and raises this number.`,
    },
    {
      key: "formerGroup",
      value: group.name,
      comment: "It shares the target group with this stack. Remove this key when that group is deleted.",
    },
    {
      key: "maxNodes",
      value: Math.min(MOST_NODES, Math.max(1, group.desired, 2)),
      comment: `${ofGroup}: ${group.desired} nodes, at most ${group.max}.`,
    },
    optional("instanceType", template.instanceType, `${ofTemplate}.`),
    optional("rootVolumeGb", atLeast(template.rootDevice?.gb), `${ofTemplate}.`),
    optional("rootDeviceName", template.rootDevice?.name, `${ofTemplate}.`),
    known("nodeSubnetIds", filled(group.subnetIds), `${ofGroup}.`, "In which subnets do the nodes run?", "[subnet-…]"),
    known(
      "securityGroupIds",
      filled(template.securityGroupIds),
      `${ofTemplate}. This stack only names them: they stay in the code that built them.`,
      "Which security groups do the nodes have?",
      "[sg-…]",
    ),
    known(
      "instanceProfile",
      template.profile,
      `${ofTemplate}.`,
      "Which instance profile do the nodes have?",
      "tfe-node",
    ),
    template.profile === undefined
      ? undefined
      : known(
          "instanceRoleArn",
          template.roleArn,
          `The role of ${template.profile}: the only one that operators may pass.`,
          `Which role is in the instance profile ${template.profile}?`,
          "arn:aws:iam::…:role/…",
        ),
    ...targetEntries(fleet, chosen),
    known(
      "hostname",
      fits("hostname", data.hostname),
      "From the user data.",
      "Under which name do users open the application?",
      "tfe.example.com",
    ),
    ...secretEntries(data, chosen),
    ...serviceEntries(fleet, data),
    optional("proxyUrl", fits("proxyUrl", data.proxy), "From the user data."),
  ];
  return entries.filter((entry) => entry !== undefined);
}

const filled = (list: readonly string[]): readonly string[] | undefined => (list.length > 0 ? list : undefined);

/** The program takes no root volume below 40 GB. */
const atLeast = (gb: number | undefined): number | undefined => (gb === undefined ? undefined : Math.max(40, gb));

function release({ release: found, runtime }: UserDataFacts): readonly (Entry | undefined)[] {
  const from = "From the user data: the release that the group's nodes install.";
  if (found?.kind === "sequence") return [{ key: "releaseSequence", value: found.sequence, comment: from }];
  const question =
    "Which release do the nodes run? The user data names none, so a new node installs the newest. " +
    "tfe:imageTag for a container; tfe:releaseSequence for Replicated.";
  const tag = fits("imageTag", found?.tag);
  if (found === undefined || tag === undefined) return [{ key: "imageTag", comment: question, example: "1.2.2" }];
  return [
    { key: "imageTag", value: tag, comment: from },
    optional("imageRepository", found.repository, "From the user data."),
    optional("containerRuntime", runtime, "From the user data."),
  ];
}

function targetEntries(fleet: RunningFleet, chosen: Chosen): readonly (Entry | undefined)[] {
  const users = targetsOfUsers(fleet.targets);
  const only = users.find(({ arn }) => arn === chosen.targetGroupArn) ?? (users.length === 1 ? users[0] : undefined);
  if (only === undefined) {
    const candidates =
      users.length === 0 ? "The group registers its nodes with none." : `One of ${list(users.map(({ arn }) => arn))}.`;
    return [
      {
        key: "targetGroupArn",
        comment: `Which target group do users reach the application by? ${candidates}`,
        example: "arn:aws:elasticloadbalancing:…",
      },
    ];
  }
  const delay = only.deregistrationDelay;
  const facts = [
    `health check ${only.healthCheck}`,
    ...(delay === undefined ? [] : [`deregistration delay ${delay} s, which is part of every outage`]),
    ...(only.certificateArns.length === 0 ? [] : [`the listener's certificate is ${list(only.certificateArns)}`]),
  ];
  return [
    {
      key: "targetGroupArn",
      value: only.arn,
      comment: `From the Auto Scaling group ${fleet.group.name}. This stack only names it: ${facts.join("; ")}.`,
    },
  ];
}

function serviceEntries({ databases }: RunningFleet, data: UserDataFacts): readonly (Entry | undefined)[] {
  const database = databases.find(({ host }) => host === data.databaseHost)?.id;
  const host = data.databaseHost === undefined ? "" : ` Its host is ${data.databaseHost}.`;
  const inEnvironment = Object.keys(data.environment).length > 0 && data.release?.kind === "image";
  return [
    known(
      "bucket",
      fits("bucket", data.bucket),
      "From the user data.",
      "Which bucket has the application's objects?",
      "example-tfe-objects",
    ),
    known(
      "databaseId",
      database,
      `The database whose host the user data names (${data.databaseHost ?? ""}).`,
      `Which RDS instance or Aurora cluster is the application's database?${host}`,
      "example-tfe",
    ),
    inEnvironment
      ? optional(
          "environment",
          data.environment,
          "From the user data: the variables that are neither secret nor the build's own.",
        )
      : undefined,
  ];
}
