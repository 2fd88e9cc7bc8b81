/**
 * What the stack program and the orchestrator agree on: the names of outputs, tags and config keys.
 * Types and names only; nothing here may import anything.
 */

/** Pulumi project name, and so the namespace of every config key (`tfe:releaseSequence`). */
export const PROJECT = "tfe";

/**
 * Config keys that the orchestrator writes. Everything else in `Pulumi.<stack>.yaml` belongs to the operator.
 * `activeTemplateVersion` is written by the orchestrator alone: it is what pins running nodes to a build.
 */
export interface BuildConfig {
  readonly releaseSequence?: number;
  /** Tag of the application's container image, where that is how the release is named. */
  readonly imageTag?: string;
  /**
   * `1.2.2@sha256:…`: what the tag stood for when the build was staged. Every node of it gets this image, whatever the tag means by then.
   * It counts while `imageTag` is that tag.
   */
  readonly imageDigest?: string;
  /** AMI id. */
  readonly image?: string;
  /** Number of the launch template version that the group may launch. Absent until the first repave. */
  readonly activeTemplateVersion?: number;
  /**
   * Path that the stack's own load balancer asks of the nodes, and `healthCheckUrl` has: that of the active build, not of a staged one.
   * It is written with the pin, where the path changes with it. Absent: the load balancer keeps what it asks.
   */
  readonly healthPath?: string;
  /** Makes another build of the same release and image; absent until nodes were rebuilt for their age. */
  readonly rebuild?: number;
  /** min = desired of the group, and its maximum where nothing is being attached. */
  readonly nodeCount?: number;
  /** Prepared nodes that a run is about to attach to the group: its maximum is this much greater. Absent, or 0: none. */
  readonly attaching?: number;
  /** Number of the record that these values are: see `BuildRecord`. */
  readonly buildRecord?: number;
  /**
   * Keys of the stack's file that describe one kind of nodes (`SIDE_KEYS`), with their values as the engine gives them. Written when a
   * fleet moves from one packaging to another: of those keys, the ones that are not named are removed. A file's own values never have it.
   */
  readonly nodeKeys?: NodeKeys;
}

/** By key without its namespace; maps and lists as JSON. */
export type NodeKeys = Readonly<Record<string, string>>;

/** Those that a run writes for the sake of the build, in the order in which they are said. */
export const BUILD_KEYS = [
  "releaseSequence",
  "imageTag",
  "imageDigest",
  "image",
  "activeTemplateVersion",
  "healthPath",
  "rebuild",
  "nodeCount",
  "attaching",
] as const satisfies readonly (keyof BuildConfig)[];

/**
 * The values that the orchestrator last wrote into a stack's file, kept in the run store: the file of any other clone with a
 * lower number is behind. `at`: milliseconds since the epoch, on the clock of the run.
 */
export interface BuildRecord {
  readonly schema: 1;
  /** Rises with each. */
  readonly number: number;
  readonly runId: string;
  readonly at: number;
  readonly values: Omit<BuildConfig, "buildRecord">;
}

/** How commands reach a node. */
export type Transport = "ssm" | "ssh";

/** Names of what is otherwise given in the configuration. */
export interface BuiltServices {
  readonly databaseId: string;
  readonly bucket: string;
  readonly settingsSecretArn: string;
}

/**
 * Version of `StackOutputs`; it rises when an output is added, removed or changes its meaning. Outputs of older versions are read
 * as well. 1, which did not say so, had `maxNodes` and `airgap` besides; 2 knew no images of containers.
 */
export const CONTRACT_VERSION = 3;

/** What `pulumi up` exports, and all that the orchestrator knows of the stack. No value is a secret. */
export interface StackOutputs {
  /** `CONTRACT_VERSION` of the program that built the stack; absent: 1. */
  readonly contract?: number;
  readonly groupName: string;
  readonly launchTemplateId: string;
  /** Newest version of the launch template: the staged build. */
  readonly latestTemplateVersion: number;
  /** The version the group is pinned to: the active build. */
  readonly activeTemplateVersion: number;
  /** Where that is how the release is named. 0: an airgap package decides, and the stack does not say which release is in it. */
  readonly releaseSequence?: number;
  /** Where that is how the release is named: see `BuildConfig`. */
  readonly imageTag?: string;
  readonly imageDigest?: string;
  /** What runs the application's container, where there is one. */
  readonly containerRuntime?: "docker" | "podman";
  readonly image: string;
  readonly nodeCount: number;
  readonly targetGroupArn: string;
  /** `https://host[:port]/path`, asked through the load balancer: with the path that the load balancer itself asks, where the stack built it. */
  readonly healthCheckUrl: string;
  readonly transport: Transport;
  /** Settings of the application that the stack's own file has: they are kept in the build. */
  readonly appConfig: Readonly<Record<string, string>>;
  /** What the stack itself has built for the nodes (`services: build`); absent where everything was given. */
  readonly services?: BuiltServices;
}

/** Tags that every instance and volume of the fleet carries, from its launch template. */
export const TAGS = {
  /** Release that the node was built for, as the stack names it: ReleaseSequence or tag of the image. */
  release: "tfe-repave:release",
  stack: "tfe-repave:stack",
  /** Tells a build from an earlier one of the same release and image. */
  rebuild: "tfe-repave:rebuild",
  /** On a former group whose nodes a run took over: by whom and when, and what was found. */
  adoptedBy: "tfe-repave:adopted-by",
  before: "tfe-repave:before",
  /** On snapshots of the database, and on prepared nodes: the run that made them. */
  run: "tfe-repave:run",
  /** On the same: number of the change that the run was given. */
  change: "tfe-repave:change",
  /** On prepared nodes: the hop of that run that they are for. */
  hop: "tfe-repave:hop",
  /**
   * Only on nodes that a run prepares outside the group: their stack. A node that finds it in its instance metadata waits for the start
   * command: see `infra/nodes/halves.sh`.
   */
  prepared: "tfe-repave:prepared",
} as const;

/**
 * How a node of the fleet shows its metadata: in version 2 alone, and two hops away, since the application's containers reach the
 * instance's role through Docker's bridge. Of the template, and said again where a node is prepared.
 */
export const NODE_METADATA = { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 2 } as const;

/** What joins the two halves of a node's build on the node itself: see `infra/nodes/halves.sh`. */
export const START_UNIT = "tfe-repave-start.service";

/**
 * Environment of the stack program: the secret of the run on whose behalf an update happens. The program refuses to change anything
 * while a run with another secret holds the stack's lease, which has a digest of it.
 */
export const FENCING_TOKEN_ENV = "TFE_REPAVE_FENCING_TOKEN";

/** Environment of the lab: the folder that holds `<stack>/lease.json`. No other stack obeys it. */
export const RUNS_DIR_ENV = "TFE_REPAVE_RUNS_DIR";

/**
 * Commands of the orchestrator that the stack program has run in the project's folder: the post-build gate and the patch job. No
 * import shows these arrows, so a test holds that the files, the verbs and their options are there.
 */
export const ORCHESTRATOR = {
  /** In a clone, which is tool and project in one. */
  entry: "orchestration/cli.ts",
  /** In a project that has the tool as a package. */
  installed: "node_modules/tfe-repave/orchestration/bin.mjs",
  health: "health --wait --json",
  patch: (stack: string): string => `patch --latest --scheduled --stack ${stack} --json`,
} as const;

/** Environment of the post-build gate: JSON of `StackOutputs`, which the engine does not have yet at that moment. */
export const FLEET_ENV = "TFE_REPAVE_FLEET";

/** Environment of what the orchestrator starts: the file that started it, where that is an installed package. */
export const BIN_ENV = "TFE_REPAVE_BIN";

/** Environment of the post-build gate: name of the stack. */
export const STACK_ENV = "TFE_REPAVE_STACK";

/** The lease as written in the run store; times are milliseconds since the epoch, on the clock of the run. */
export interface LeaseRecord {
  readonly schema: 1;
  readonly token: number;
  readonly runId: string;
  readonly holder: string;
  readonly acquiredAt: number;
  readonly renewedAt: number;
  readonly expiresAt: number;
  readonly step?: string;
  /** Number of entries that the run's journal had at least. Absent: it had none when the lease was written. */
  readonly entries?: number;
  /** SHA-256, in hex, of the holder's secret. Absent: nobody updates the stack under this lease. */
  readonly proof?: string;
}

/** Beginning of the ids of what acts on the fleet's nodes outside of a run: it leaves the stack as it is, so nothing waits for its end. */
export const OPERATION_PREFIX = "op-";
