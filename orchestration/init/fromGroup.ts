import type { FoundTargets, RunningFleet } from "../ports/runningFleet";
import { fits, known, list, optional } from "./found";
import type { NodeFacts } from "./fromNode";
import { secretEntries, SECRETS } from "./secretEntries";
import type { Entry } from "./stackFile";
import type { SecretRole } from "./userData/secrets";
import type { UserDataFacts } from "./userData/read";

/** What was found more than once, and which of it the operator chose. */
export interface Chosen {
  readonly targetGroupArn?: string;
  readonly secrets?: Readonly<Partial<Record<SecretRole, string>>>;
  /** The secret into which a node wrote its secret settings, by its ARN. */
  readonly written?: string;
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
export function groupEntries(
  fleet: RunningFleet,
  data: UserDataFacts,
  chosen: Chosen = {},
  node?: NodeFacts,
): readonly Entry[] {
  const { group, template } = fleet;
  const ofGroup = `From the Auto Scaling group ${group.name}`;
  const ofTemplate = `From the launch template (${template.name})`;
  const entries: readonly (Entry | undefined)[] = [
    known("aws:region", group.region, `${ofGroup}.`, "In which region do the nodes run?", "eu-central-1"),
    ...release(data, node),
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
      fits("hostname", data.hostname) ?? fits("hostname", node?.hostname),
      data.hostname === undefined && node ? `${node.from}.` : "From the user data.",
      "Under which name do users open the application?",
      "tfe.example.com",
    ),
    ...secretEntries(data, chosen, node),
    ...serviceEntries(fleet, data, node),
    optional("proxyUrl", fits("proxyUrl", data.proxy), "From the user data."),
  ];
  return entries.filter((entry) => entry !== undefined);
}

const filled = (list: readonly string[]): readonly string[] | undefined => (list.length > 0 ? list : undefined);

/** The program takes no root volume below 40 GB. */
const atLeast = (gb: number | undefined): number | undefined => (gb === undefined ? undefined : Math.max(40, gb));

function release({ release: found, runtime }: UserDataFacts, node?: NodeFacts): readonly (Entry | undefined)[] {
  if (found === undefined && node?.release) return runningRelease(node.release, node.from, runtime);
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

function runningRelease(
  { imageTag, releaseSequence }: NonNullable<NodeFacts["release"]>,
  from: string,
  runtime: UserDataFacts["runtime"],
): readonly (Entry | undefined)[] {
  const comment = `${from}: the release that it runs. The user data names none, so the group's own new nodes install the newest.`;
  if (releaseSequence !== undefined) return [{ key: "releaseSequence", value: String(releaseSequence), comment }];
  return [optional("imageTag", imageTag, comment), optional("containerRuntime", runtime, "From the user data.")];
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

function serviceEntries(
  { databases }: RunningFleet,
  data: UserDataFacts,
  node: NodeFacts | undefined,
): readonly (Entry | undefined)[] {
  // The node has what it was given since as well.
  const databaseHost = node?.databaseHost ?? data.databaseHost;
  const database = databases.find(({ host }) => host === databaseHost)?.id;
  const host = databaseHost === undefined ? "" : ` Its host is ${databaseHost}.`;
  const namedBy = node?.databaseHost === undefined ? "the user data names" : `the node ${node.instanceId} has`;
  return [
    known(
      "bucket",
      fits("bucket", node?.bucket) ?? fits("bucket", data.bucket),
      node?.bucket === undefined ? "From the user data." : `${node.from}.`,
      "Which bucket has the application's objects?",
      "example-tfe-objects",
    ),
    known(
      "databaseId",
      database,
      `The database whose host ${namedBy} (${databaseHost ?? ""}).`,
      `Which RDS instance or Aurora cluster is the application's database?${host}`,
      "example-tfe",
    ),
    plainSettings(data, node),
  ];
}

/** What a node has is preferred to what user data says: it has been through the shell, and has what was changed since. */
function plainSettings(data: UserDataFacts, node: NodeFacts | undefined): Entry | undefined {
  if (node) {
    if (Object.keys(node.plain).length === 0) return undefined;
    const comment = `${node.from}: the settings that are neither secret, nor the application's own, nor the build's.`;
    return optional(node.plainKey, node.plain, comment);
  }
  const inEnvironment = Object.keys(data.environment).length > 0 && data.release?.kind === "image";
  if (!inEnvironment) return undefined;
  const comment = "From the user data: the variables that are neither secret nor the build's own.";
  return optional("environment", data.environment, comment);
}
