/** Launch templates, groups, and their instances with the application on them. */

import type { GroupRules, InstanceRefresh } from "./groupRules";

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
  /** Absent: nothing out of the ordinary. */
  rules?: GroupRules;
  /** The oldest first; absent: there was none. */
  refreshes?: InstanceRefresh[];
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
  /** user data has finished; the application waits for the start command */
  | "prepared"
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
  /** does not run: `node.error` says why; where the phase has an end, it tries once more then */
  | "failed";

/** The container of a node whose application is one. */
export interface AppContainer {
  readonly id: string;
  startedAt: number;
  /** How often its runtime has restarted it. */
  restarts: number;
  /** Status of the process that ended last; 0: none has. */
  exitCode: number;
  /** The newest lines that it wrote, the oldest first. */
  log: string[];
}

/** What a node runs the application from, where that is an image. */
export interface AppImage {
  /** The program that runs containers on the node. */
  readonly runtime: "docker" | "podman";
  /** As the node's definition of the container names it: with a tag or a digest. */
  readonly reference: string;
  /** `sha256:…` that was pulled; undefined: nothing was. */
  digest: string | undefined;
}

export interface Node {
  phase: NodePhase;
  /** When the present phase ends by itself; undefined: it does not. */
  phaseEndsAt: number | undefined;
  /** Release that its user data chose, as its place in the order of releases; 0: none. */
  release: number;
  /** Settings of the application, flat, as `app-config` shows them. */
  settings: Record<string, string>;
  /** Those that its user data wrote into `/etc/ptfe-settings.json`. */
  builtSettings: Record<string, string>;
  /** The settings it last started with: a change needs a restart to count. */
  settingsInEffect: Record<string, string>;
  desired: "started" | "stopped";
  /** Replicated's complaint about its configuration file, where it could not read it. */
  configError: string | undefined;
  /** Absent: the application is not one container. */
  image?: AppImage;
  container?: AppContainer;
  /** Digests of images that were fetched ahead. */
  fetched?: string[];
  /** What somebody else runs on the machine. */
  containers?: { image: string; name: string; until?: number }[];
  /** Bytes left for the application; absent: plenty. */
  diskFree?: number;
  /** Why it does not start, in TFE's words. */
  error: string | undefined;
  /** When it was told to start what its user data had only prepared. */
  toldAt?: number;
  /** Its application was stopped for good: its units are disabled. */
  isRetired?: boolean;
  /** When each phase was entered, for the witness and for tests. */
  readonly history: { phase: NodePhase; at: number }[];
}

export interface Instance {
  readonly id: string;
  /** "": it was launched outside of any, and is in none yet. */
  groupName: string;
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
  /** RunInstances launched it, and no group. */
  readonly isLaunchedAlone?: true;
  /** Its metadata show its tags (InstanceMetadataTags). */
  readonly showsTags?: boolean;
  state: InstanceState;
  stateEndsAt: number | undefined;
  terminatedAt: number | undefined;
  /** Auto Scaling's: Pending, InService, Terminating, Terminating:Wait…; undefined: not (any more) in a group. */
  lifecycle: string | undefined;
  /** When the load balancer's connection draining ends and termination starts. */
  deregistersAt: number | undefined;
  inServiceAt: number | undefined;
  asgHealth: "Healthy" | "Unhealthy";
  protectedFromScaleIn?: boolean;
  /** When the hook that it waits for is over, and how. */
  hookEndsAt?: number;
  hookResult?: "CONTINUE" | "ABANDON";
  /** Public key of its sshd, `ssh-ed25519 AAAA…`, since it was first up. */
  hostKey?: string;
  readonly node: Node;
}
