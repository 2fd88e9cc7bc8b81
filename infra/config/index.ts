/** The stack's configuration: read once, here, for the program and the orchestrator alike. Pure. */
import { closest } from "fastest-levenshtein";
import { z } from "zod";
import { boolean, choice, HEALTH_PATH, integer, list, ROLE_ARN, secretArn, text, url } from "./values";
import { unfitForBuilding, unfitForGiven } from "./services";
import { PROJECT } from "../contract";
import { PROOF_KEYS, unfitProof } from "./proof";
import { CONTAINER_KEYS } from "../nodes/fdo/stackKeys";
import { REPLICATED_KEYS } from "../nodes/replicated/stackKeys";
import { unfitPackaging } from "./packaging";
import type { RawConfig } from "./stackFile";
import { SOURCE_PATTERN, unfitForSchedule } from "./schedule";
import { RUN_STORE_PATTERN } from "../runs/runStore";

export { type RawConfig, readStack, readStackFile } from "./stackFile";

const accountId = text("the number of an AWS account (12 digits)", /^\d{12}$/);
const anyText = text("some text on one line", /^\S(.*\S)?$/);

/**
 * Every key, for what reads a stack's file. `Pulumi.yaml` declares the same ones with the same defaults, and the schema for editors comes
 * from here; tests hold the three together.
 */
export const SCHEMA = z.object({
  ...CONTAINER_KEYS,
  ...REPLICATED_KEYS,
  image: text("an image id (ami-…)", /^ami-[0-9a-z]+$/),
  activeTemplateVersion: integer(1, 999_999).optional(),
  healthPath: text("a path (/_health_check)", HEALTH_PATH).optional(),
  rebuild: integer(1, 999_999).optional(),
  nodeCount: integer(0, 5).prefault("2"),
  attaching: integer(0, 5).optional(),
  buildRecord: integer(1, 999_999_999).optional(),
  // Terraform Enterprise Active/Active runs on five nodes at most.
  maxNodes: integer(1, 5).prefault("2"),
  instanceType: text("an instance type (m5.xlarge)", /^[a-z0-9-]+\.[a-z0-9-]+$/).prefault("m5.xlarge"),
  rootVolumeGb: integer(40, 16_384).prefault("100"),
  rootDeviceName: text("a device name (/dev/sda1)", /^\/dev\/[a-z0-9]+$/).prefault("/dev/sda1"),

  services: choice(["existing", "build"]).prefault("existing"),
  zones: list("availability zones (eu-central-1a)", /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/).prefault("[]"),
  networkCidr: text("a /16 network (10.0.0.0/16)", /^(\d{1,3})\.(\d{1,3})\.0\.0\/16$/).prefault("10.0.0.0/16"),
  databaseVersion: integer(12, 17).prefault("14"),
  databaseClass: text("a class of database instances (db.m5.xlarge)", /^db\.[a-z0-9-]+\.[a-z0-9-]+$/).prefault(
    "db.m5.xlarge",
  ),
  databaseStorageGb: integer(20, 16_384).prefault("100"),
  cacheNodeType: text("a type of cache nodes (cache.m5.large)", /^cache\.[a-z0-9-]+\.[a-z0-9-]+$/).prefault(
    "cache.m5.large",
  ),

  vpcId: text("the id of a VPC (vpc-…)", /^vpc-[0-9a-z-]+$/).optional(),
  nodeSubnetIds: list("subnet ids", /^subnet-[0-9a-z-]+$/).prefault("[]"),
  loadBalancerSubnetIds: list("subnet ids", /^subnet-[0-9a-z-]+$/).prefault("[]"),
  loadBalancerInternal: boolean().prefault("true"),
  allowedCidrs: list("IPv4 networks (10.0.0.0/8)", z.regexes.cidrv4).prefault("[]"),
  certificateArn: text("the ARN of a certificate", /^arn:aws[a-z-]*:(acm|iam):\S+$/).optional(),
  hostname: text("a host name, with a port unless it is 443", /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i),
  targetGroupArn: text(
    "the ARN of a target group",
    /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/\S+$/,
  ).optional(),
  formerGroup: text("the name of an Auto Scaling group", /^[\w+=,.@/ -]{1,255}$/).optional(),
  securityGroupIds: list("security group ids", /^sg-[0-9a-z-]+$/).prefault("[]"),
  instanceProfile: text("the name of an instance profile", /^[\w+=,.@-]{1,128}$/).optional(),
  instanceRoleArn: text("the ARN of a role", ROLE_ARN).optional(),
  permissionsBoundaryArn: text(
    "the ARN of a policy",
    /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
  ).optional(),

  settingsSecretArn: secretArn().optional(),
  licenseSecretArn: secretArn(),
  tlsCertificateSecretArn: secretArn(),
  tlsKeySecretArn: secretArn(),
  caBundleSecretArn: secretArn().optional(),
  bucket: text("the name of an S3 bucket", /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/).optional(),
  bucketOwner: accountId.optional(),
  kmsKeyArn: text("the ARN of a KMS key", /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/).optional(),

  proxyUrl: url("http", "https").optional(),
  noProxy: list("host names, addresses or networks", /^[\w.*:/-]+$/).prefault("[]"),

  healthCheckGracePeriod: integer(0, 86_400).prefault("1800"),
  deregistrationDelay: integer(0, 3600).prefault("10"),

  transport: choice(["ssm", "ssh"]).prefault("ssm"),
  sshUser: text("a user name", /^[a-z_][\w.-]*$/i).optional(),
  sshConfigFile: anyText.optional(),
  sshHostKeys: choice(["console", "config"]).prefault("console"),
  runStore: text("a folder or s3://bucket/prefix", RUN_STORE_PATTERN).optional(),
  runStoreOwner: accountId.optional(),
  databaseId: text("the identifier of a database", /^[a-z][a-z0-9-]*$/i).optional(),
  backup: choice(["none", "snapshot"]).prefault("none"),
  bootProof: choice(["off", "launch", "node"]).prefault("node"),
  prewarm: integer(0, 2).prefault("0"),
  zeroMeans: choice(["terminated", "stopped"]).prefault("terminated"),
  caFile: anyText.optional(),
  workerImages: list("container images", /^\S+$/).prefault("[]"),

  imageParameter: text("the name of an SSM parameter (/aws/service/…/ami-id)", /^(resolve:ssm:)?[\w./:-]+$/).optional(),
  imageOwner: text("an account id or an alias (amazon)", /^(\d{12}|[a-z-]+)$/).optional(),
  imageName: text("the name of an image, with * for the part that varies", /^[\w()[\]./'@ *?-]{3,128}$/).optional(),
  // Days and zones are read by the orchestrator, which alone needs them.
  windows: list(
    "maintenance windows (Sun 02:00-06:00 Europe/Amsterdam)",
    /^[A-Za-z,-]+ \d{2}:\d{2}-\d{2}:\d{2}( [\w/+-]+)?$/,
  ).prefault("[]"),
  freeze: list(
    "spans of days (2026-12-20..2027-01-03)",
    /^\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?( [\w/+-]+)?$/,
  ).prefault("[]"),

  rolloutTags: list("tags that a rollout names its stacks by (production)", /^[\w.-]+$/).prefault("[]"),
  rolloutJob: boolean().prefault("false"),
  rolloutStacks: list("names of stacks", /^[\w.-]{1,100}$/).prefault("[]"),

  notifySlackSecretArn: secretArn().optional(),
  notifyTeamsSecretArn: secretArn().optional(),
  notifyPagerDutySecretArn: secretArn().optional(),
  notifyPagerDutyRegion: choice(["us", "eu"]).prefault("us"),
  notifyWebhookUrl: url("https", "http").optional(),
  notifyWebhookSecretArn: secretArn().optional(),
  notifyTopicArn: text("the ARN of an SNS topic", /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/).optional(),

  ...PROOF_KEYS,

  scheduleCalendar: text("cron(…) or rate(…) of EventBridge Scheduler", /^(cron|rate)\([\w ,*?/#-]+\)$/).optional(),
  scheduleTimezone: text("a time zone by name (Europe/Amsterdam), or UTC", /^(UTC|[A-Z]\w*(\/[\w+-]+)+)$/).prefault(
    "UTC",
  ),
  scheduleSource: text("https://github.com/owner/name or a repository of CodeCommit", SOURCE_PATTERN).optional(),
  scheduleConnectionArn: text(
    "the ARN of a connection",
    /^arn:aws[a-z-]*:(codeconnections|codestar-connections):\S+$/,
  ).optional(),
  scheduleBackendUrl: text("a Pulumi backend (s3://bucket)", /^(s3|https):\/\/[^\s@]+$/).optional(),
  schedulePassphraseSecretArn: secretArn().optional(),
});

export type StackConfig = Readonly<z.output<typeof SCHEMA>>;

/** What is wrong with the value of a key in itself. Undefined: nothing. */
export function problemWith(key: keyof StackConfig, raw: string): string | undefined {
  const parsed = SCHEMA.shape[key].safeParse(raw);
  return parsed.success ? undefined : parsed.error.issues[0]?.message;
}

export const CONFIG_KEYS = Object.keys(SCHEMA.shape) as readonly (keyof StackConfig)[];

/** Everything that is wrong with a configuration, in one message. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly problems: readonly string[]) {
    const list = problems.map((problem) => `  - ${problem}`).join("\n");
    super(`The stack's configuration is not valid:\n${list}\nPulumi.example.yaml explains every key.`);
  }
}

/**
 * Reads the project's keys; other namespaces (`aws:region`) are left alone and an empty value counts as absent.
 * Throws a `ConfigError` that names every problem at once.
 */
export function parseConfig(raw: RawConfig): StackConfig {
  const given = ownKeys(raw);
  const parsed = SCHEMA.safeParse(given.values);
  const invalid = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${PROJECT}:${String(issue.path[0])} ${issue.message}`);
  const problems = [...given.unknown, ...invalid, ...contradictions(given.values)];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const config = parsed.data;
  return config.loadBalancerSubnetIds.length > 0 ? config : { ...config, loadBalancerSubnetIds: config.nodeSubnetIds };
}

type Values = Readonly<Partial<Record<keyof StackConfig, string>>>;

function ownKeys(raw: RawConfig): { readonly values: Values; readonly unknown: readonly string[] } {
  const values: Record<string, string> = {};
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(raw)) {
    const name = key.startsWith(`${PROJECT}:`) ? key.slice(PROJECT.length + 1) : key;
    if (name.includes(":")) continue;
    if (!(CONFIG_KEYS as readonly string[]).includes(name)) {
      unknown.push(`${key} is not a known key (did you mean ${PROJECT}:${closest(name, CONFIG_KEYS)}?)`);
    } else if (value !== undefined && value !== "") {
      values[name] = value;
    }
  }
  return { values, unknown };
}

/** What no key can know alone. Asked of the raw values, so that it is said together with what is wrong in each. */
function contradictions(values: Values): string[] {
  const has = (key: keyof StackConfig): boolean => ![undefined, "[]", "{}"].includes(values[key]);
  const builds = values.services === "build";
  const rules: readonly (readonly [broken: boolean, problem: string])[] = [
    ...unfitPackaging(values, has),
    ...(builds ? unfitForBuilding(has, values.zones) : unfitForGiven(has)),
    [!has("certificateArn") && !has("targetGroupArn"), "certificateArn is required unless targetGroupArn is given"],
    [
      has("allowedCidrs") && has("securityGroupIds"),
      "allowedCidrs has no effect with securityGroupIds: remove one of them",
    ],
    [
      has("imageOwner") !== has("imageName"),
      "imageOwner and imageName require each other: anybody can publish an image of a given name",
    ],
    [
      has("imageParameter") && has("imageName"),
      "imageParameter and imageName both define the newest image: remove one of them",
    ],
    [values.backup === "snapshot" && !has("databaseId") && !builds, "databaseId is required for backup: snapshot"],
    [has("bucketOwner") && !has("bucket"), "bucketOwner is the account that owns bucket: set both"],
    [
      has("runStoreOwner") && values.runStore?.startsWith("s3://") !== true,
      "runStoreOwner is the account that owns the bucket of runStore: it has no effect otherwise",
    ],
    [has("instanceRoleArn") && !has("instanceProfile"), "instanceRoleArn is the role of instanceProfile: set both"],
    ...unfitProof(has, values),
    [
      has("formerGroup") && !has("targetGroupArn"),
      "formerGroup is a group behind the same target group: set targetGroupArn as well",
    ],
    ...unfitForSchedule(has, values),
    [tooManyNodes(values), "nodeCount must not be greater than maxNodes"],
  ];
  return rules.filter(([broken]) => broken).map(([, problem]) => `${PROJECT}:${problem}`);
}

function tooManyNodes(values: Values): boolean {
  const counts = SCHEMA.pick({ nodeCount: true, maxNodes: true }).safeParse(values);
  return counts.success && counts.data.nodeCount > counts.data.maxNodes;
}
