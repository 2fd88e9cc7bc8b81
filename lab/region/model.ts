/**
 * The simulated region as plain data: it can be written to a file and read back, and then goes on.
 * All times are milliseconds of the lab's clock. Names follow the AWS APIs.
 */

export type Tags = Record<string, string>;

export interface LaunchTemplateVersion {
  readonly number: number;
  readonly description: string;
  readonly createdAt: number;
  readonly imageId: string;
  readonly instanceType: string;
  /** Base64, as the API carries it. */
  readonly userData: string;
  /** Tags for instances (TagSpecifications, ResourceType instance). */
  readonly instanceTags: Tags;
  /** The rest of LaunchTemplateData, in the EC2 API's own spelling, for DescribeLaunchTemplateVersions. */
  readonly data: Record<string, unknown>;
}

export interface LaunchTemplate {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  defaultVersion: number;
  readonly versions: LaunchTemplateVersion[];
  tags: Tags;
}

export interface Group {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  min: number;
  max: number;
  desired: number;
  launchTemplateId: string;
  /** "3", "$Latest" or "$Default". */
  launchTemplateVersion: string;
  subnetIds: string[];
  zones: string[];
  targetGroupArns: string[];
  healthCheckType: "EC2" | "ELB";
  /** Seconds. */
  healthCheckGracePeriod: number;
  suspended: { process: string; reason: string }[];
  /** With propagateAtLaunch. */
  tags: { key: string; value: string; propagateAtLaunch: boolean }[];
  activities: Activity[];
  /** What last changed its capacity, as activities' causes word it. */
  lastRequest: string;
  status: "Delete in progress" | undefined;
}

export interface Activity {
  readonly id: string;
  readonly description: string;
  readonly cause: string;
  readonly startedAt: number;
  endedAt?: number;
  status: "PreInService" | "InProgress" | "WaitingForELBConnectionDraining" | "Successful" | "Failed" | "Cancelled";
  progress: number;
}

export type InstanceState = "pending" | "running" | "shutting-down" | "terminated" | "stopping" | "stopped";

/** What happens on the machine: the operating system, then the installer, then the application's life. */
export type NodePhase =
  /** EC2 state pending, then the operating system starts */
  | "booting"
  /** user data: install.sh, Docker images */
  | "installing"
  /** the application's first start of a release: database migrations under `tfe_migration_lock` */
  | "migrating"
  /** services start */
  | "starting"
  /** serves and takes jobs */
  | "started"
  /** serves, takes no jobs, finishes those it has */
  | "draining"
  | "drained"
  | "stopping"
  | "stopped"
  /** will never start: `node.error` says why */
  | "failed";

export interface Node {
  phase: NodePhase;
  /** When the present phase ends by itself; undefined: it does not. */
  phaseEndsAt: number | undefined;
  /** Release that its user data made the installer choose. */
  release: number;
  /** Settings of the application, flat, as `app-config` shows them. */
  settings: Record<string, string>;
  /** The settings it last started with: a change needs a restart to count. */
  settingsInEffect: Record<string, string>;
  desired: "started" | "stopped";
  /** Replicated's complaint about its configuration file, where it could not read it. */
  configError: string | undefined;
  /** Why it does not start, in TFE's words. */
  error: string | undefined;
  /** When each phase was entered, for the witness and for tests. */
  readonly history: { phase: NodePhase; at: number }[];
}

export interface Instance {
  readonly id: string;
  readonly groupName: string;
  readonly launchTemplateId: string;
  readonly launchTemplateVersion: number;
  readonly imageId: string;
  readonly instanceType: string;
  readonly privateIp: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly launchedAt: number;
  /** Base64, as it was when the instance was launched. */
  readonly userData: string;
  tags: Tags;
  state: InstanceState;
  stateEndsAt: number | undefined;
  terminatedAt: number | undefined;
  /** Auto Scaling's: Pending, InService, Terminating, Terminating:Wait…; undefined: not (any more) in a group. */
  lifecycle: string | undefined;
  /** When the load balancer's connection draining ends and termination starts. */
  deregistersAt: number | undefined;
  inServiceAt: number | undefined;
  asgHealth: "Healthy" | "Unhealthy";
  readonly node: Node;
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  port: number;
  protocol: string;
  vpcId: string;
  healthCheck: {
    path: string;
    protocol: string;
    port: string;
    intervalSeconds: number;
    timeoutSeconds: number;
    healthyThreshold: number;
    unhealthyThreshold: number;
    matcher: string;
  };
  /** Seconds; AWS's default is 300. */
  deregistrationDelay: number;
  stickiness: boolean;
  tags: Tags;
  readonly targets: Target[];
  /** Requests routed so far, for the round robin. */
  routed: number;
}

export interface Target {
  readonly instanceId: string;
  readonly registeredAt: number;
  state: "initial" | "healthy" | "unhealthy" | "draining" | "unused";
  /** TargetHealth.Reason as documented, e.g. Elb.RegistrationInProgress, Target.Timeout, Target.ResponseCodeMismatch. */
  reason: string | undefined;
  /** Consecutive results of its checks. */
  successes: number;
  failures: number;
  nextCheckAt: number;
  drainingUntil: number | undefined;
  /** A newly registered target needs one passing check; the healthy threshold counts only after it has failed. */
  everFailed: boolean;
}

export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly scheme: string;
  readonly type: "application" | "network";
  subnetIds: string[];
  securityGroups: string[];
  tags: Tags;
}

export interface Listener {
  readonly arn: string;
  readonly loadBalancerArn: string;
  port: number;
  protocol: string;
  targetGroupArn: string | undefined;
  certificateArn: string | undefined;
}

/** A run of TFE (a plan or an apply) in the shared Redis queue or on a node. */
export interface Job {
  readonly id: string;
  readonly queuedAt: number;
  readonly durationMs: number;
  instanceId: string | undefined;
  startedAt: number | undefined;
  endsAt: number | undefined;
}

/** A command on a node, from SSM or SSH, in its own words. */
export interface Exec {
  readonly id: string;
  readonly instanceId: string;
  readonly command: string;
  readonly startedAt: number;
  /** The simple command of the line that runs now, and what the ones before it printed. */
  step: number;
  output: { exitCode: number; stdout: string; stderr: string };
  /** What ends the step: "drain" the node's last job, "app" the end of its transition, each bounded by `endsAt` where given. */
  waitsFor: "time" | "drain" | "app";
  endsAt: number | undefined;
  result: { exitCode: number; stdout: string; stderr: string; endedAt: number } | undefined;
}

export interface SsmCommand {
  readonly id: string;
  readonly documentName: string;
  readonly comment: string;
  readonly commands: string[];
  readonly requestedAt: number;
  readonly executionTimeoutSeconds: number;
  readonly deliveryTimeoutSeconds: number;
  /** instance id -> exec id; undefined exec: not delivered (yet). */
  readonly invocations: { instanceId: string; execId: string | undefined; status: string }[];
}

export interface DbSnapshot {
  readonly id: string;
  readonly instanceId: string;
  readonly createdAt: number;
  readonly availableAt: number;
  readonly tags: Tags;
}

export interface DbInstance {
  readonly id: string;
  readonly engineVersion: string;
  backupRetentionPeriod: number;
}

export interface Image {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly architecture: "x86_64" | "arm64";
  readonly createdAt: number;
}

/** The application's database, as far as it matters: which release last migrated it. */
export interface Database {
  schemaRelease: number | undefined;
  /** Every release that was fully started on it, in order. */
  readonly started: number[];
  /** `tfe_migration_lock`, one hour to live. */
  migrationLock: { instanceId: string; expiresAt: number } | undefined;
}

/** Durations of the simulation, in milliseconds of the lab's clock. */
export interface Timings {
  boot: number;
  install: number;
  migrate: number;
  start: number;
  stop: number;
  terminate: number;
  /** A new job is queued this often… */
  jobEvery: number;
  /** …and runs this long. */
  jobDuration: readonly [min: number, max: number];
  snapshot: number;
}

export interface Verdict {
  /** Seconds during which applications of two releases ran at the same time. */
  overlapSeconds: number;
  /** Jobs that were running on a node when it was terminated or its application stopped. */
  lostJobs: number;
  /** Nodes terminated while booting, installing, migrating or starting. */
  killedWhileBooting: number;
  /** Seconds without an answer at the load balancer since the service first answered. */
  unansweredSeconds: number;
  jobsFinished: number;
  /** Human sentences, one per violation, with lab time and instance. */
  violations: string[];
}

export interface RegionState {
  schema: 1;
  region: string;
  accountId: string;
  now: number;
  /** Seeded: the same lab does the same things. */
  random: number;
  nextId: number;
  timings: Timings;
  launchTemplates: LaunchTemplate[];
  groups: Group[];
  instances: Instance[];
  targetGroups: TargetGroup[];
  loadBalancers: LoadBalancer[];
  listeners: Listener[];
  images: Image[];
  /** SSM parameters. */
  parameters: Record<string, string>;
  /** Secrets Manager: ARN or name -> SecretString. */
  secrets: Record<string, string>;
  dbInstances: DbInstance[];
  dbSnapshots: DbSnapshot[];
  database: Database;
  jobs: Job[];
  nextJobAt: number;
  execs: Exec[];
  ssmCommands: SsmCommand[];
  /** S3: bucket -> key -> object. */
  buckets: Record<string, Record<string, { body: string; etag: string; lastModified: number }>>;
  /** Resources with no behaviour here (roles, security groups and their rules): token -> id -> properties. */
  inert: Record<string, Record<string, Record<string, unknown>>>;
  verdict: Verdict;
  /** What the witness must remember: since when releases overlap, and whether the service has answered yet. */
  witness: { overlapSince: number | undefined; answered: boolean };
}
