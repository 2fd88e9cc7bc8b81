/**
 * The simulated region as plain data: it can be written to a file and read back, and then goes on.
 * All times are milliseconds of the lab's clock. Names follow the AWS APIs.
 */
import type { Application } from "./application";
import type { Listener, LoadBalancer, TargetGroup } from "./balancing";
import type { Group, Instance, LaunchTemplate, Tags } from "./compute";
import type { Fault } from "./faults";
import type { Exec, Job, SsmCommand } from "./work";

export type * from "./application";
export type * from "./balancing";
export type * from "./compute";
export type * from "./faults";
export type * from "./groupRules";
export type * from "./work";

export interface DbSnapshot {
  readonly id: string;
  /** The instance, or the cluster, that it is of. */
  readonly instanceId: string;
  readonly ofCluster?: boolean;
  readonly createdAt: number;
  readonly availableAt: number;
  readonly tags: Tags;
  /** It ends as failed instead. */
  failed: boolean;
}

export interface DbInstance {
  readonly id: string;
  engineVersion: string;
  /** The Aurora cluster that it is a member of; its backups are the cluster's. */
  readonly clusterId?: string;
  backupRetentionPeriod: number;
}

/** What the account is granted and what EC2 offers it, where that is not the usual. */
export interface Provisions {
  /** vCPUs of running On-Demand instances of the standard families. */
  vcpuQuota: number;
  /** Zones that offer no instance type at all. */
  readonly zonesWithoutTypes: string[];
  /** Buckets that keep no former versions. */
  readonly unversionedBuckets: string[];
  /** Buckets that are not as they should be; absent in states of earlier versions. */
  readonly bucketFlaws?: Record<string, BucketFlaw[]>;
}

/** It belongs to another account; public access is not blocked; its objects are not encrypted. */
export type BucketFlaw = "foreign" | "open" | "unencrypted";

export interface Image {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  architecture: "x86_64" | "arm64";
  readonly createdAt: number;
}

/** What is not as usual with the images of the application; absent: everything is. */
export interface Registry {
  /** It answers every pull with 503. */
  isDown?: boolean;
  /** What the check before an upgrade, which an image brings, finds besides what is so. */
  upgradeCheck?: "warning" | "failed" | "could not run";
}

/** The application's database, as far as it matters: which release last migrated it. */
export interface Database {
  schemaRelease: number | undefined;
  /** Every release that was fully started on it, in order. */
  readonly started: number[];
  /** `tfe_migration_lock`, one hour to live. */
  migrationLock: { instanceId: string; expiresAt: number } | undefined;
}

/** What was published to a topic of SNS. */
export interface Publication {
  readonly messageId: string;
  readonly topicArn: string;
  readonly at: number;
  readonly subject: string | undefined;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
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
  /** How often a node that was launched outside of a group started its application before it was told; absent in an older region. */
  startedEarly?: number;
  /** How often a secret was where none may be; absent in a region that was written down before this was watched. */
  secretsShown?: number;
  /** Human sentences, one per violation, with lab time and instance. */
  violations: string[];
  /** What others than the product did to the region, likewise: no violations, but much cannot be understood without them. */
  interference: string[];
}

export interface RegionState {
  schema: 3;
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
  /** Of RunInstances, by client token; absent in a region that was written down before instances were launched outside of a group. */
  launches?: Record<string, { request: string; instanceIds: string[] }>;
  targetGroups: TargetGroup[];
  loadBalancers: LoadBalancer[];
  listeners: Listener[];
  images: Image[];
  /** Absent in a region that was written down before there were such things: all as usual. */
  provisions?: Provisions;
  registry?: Registry;
  /** Workspaces and runs that the application's API shows; absent: nobody has asked yet. */
  application?: Application;
  /** SSM parameters. */
  parameters: Record<string, string>;
  /** Secrets Manager: ARN or name -> SecretString. */
  secrets: Record<string, string>;
  /** Policies of secrets, by ARN; absent: none has one. */
  secretPolicies?: Record<string, string>;
  dbInstances: DbInstance[];
  dbSnapshots: DbSnapshot[];
  database: Database;
  jobs: Job[];
  nextJobAt: number;
  execs: Exec[];
  ssmCommands: SsmCommand[];
  /** SNS, the oldest first; absent in a region that was kept from before it had topics. */
  publications?: Publication[];
  /** S3: bucket -> key -> object. */
  buckets: Record<string, Record<string, { body: string; etag: string; lastModified: number }>>;
  /** Resources with no behaviour here (roles, security groups and their rules): token -> id -> properties. */
  inert: Record<string, Record<string, Record<string, unknown>>>;
  verdict: Verdict;
  /** What is to go wrong, and what has. */
  faults: Fault[];
  /** What the witness must remember: since when releases overlap, and whether the service has answered yet. */
  witness: { overlapSince: number | undefined; answered: boolean; unansweredAt?: number };
}
