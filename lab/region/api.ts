import type {
  DbSnapshot,
  Exec,
  Group,
  Instance,
  LaunchTemplate,
  LaunchTemplateVersion,
  Listener,
  LoadBalancer,
  RegionState,
  SsmCommand,
  Tags,
  TargetGroup,
  Verdict,
} from "./model";

/** An error as an AWS API answers it: `code` as documented for the call (`ValidationError`, `InvalidInstanceID.NotFound`…). */
export class AwsError extends Error {
  override readonly name = "AwsError";
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/**
 * The region: what the AWS endpoint, the Pulumi provider, the SSH server and the load balancer act on.
 * Deterministic: nothing happens but in `advance`, which processes everything that is due up to the given time in order of time.
 * Every method first assumes the caller has advanced it to the present.
 */
export interface RegionApi {
  readonly state: RegionState;
  /** Processes all that is due up to `now` (ms of the lab's clock), each thing at its own time. Going back is ignored. */
  advance(now: number): void;
  /** Time of the next thing that is due; undefined: nothing is. */
  nextDue(): number | undefined;

  createLaunchTemplate(input: { name: string; tags?: Tags; version: TemplateInput }): LaunchTemplate;
  createLaunchTemplateVersion(templateId: string, version: TemplateInput): LaunchTemplateVersion;
  deleteLaunchTemplate(templateId: string): void;

  createGroup(input: GroupInput): Group;
  /** Checks min <= desired <= max; then the group strives for its capacity. */
  updateGroup(name: string, patch: Partial<Omit<GroupInput, "name">>): Group;
  deleteGroup(name: string, force: boolean): void;
  suspendProcesses(name: string, processes: readonly string[] | undefined): void;
  resumeProcesses(name: string, processes: readonly string[] | undefined): void;
  terminateInstances(ids: readonly string[]): readonly Instance[];
  /** RunInstances of one instance, outside of any group. `dryRun`: only the checks, which throw as the launch would. */
  runInstance(request: LaunchRequest, dryRun: boolean): Instance | undefined;
  attachInstances(groupName: string, ids: readonly string[]): void;
  /** Auto Scaling's own termination: out of the target groups first. The group fills the place unless its capacity went down with it. */
  terminateInGroup(id: string, decrement: boolean): Instance;

  createTargetGroup(input: {
    name: string;
    port: number;
    protocol: string;
    vpcId: string;
    healthCheck?: Partial<TargetGroup["healthCheck"]>;
    deregistrationDelay?: number;
    tags?: Tags;
  }): TargetGroup;
  updateTargetGroup(
    arn: string,
    patch: { healthCheck?: Partial<TargetGroup["healthCheck"]>; deregistrationDelay?: number; tags?: Tags },
  ): TargetGroup;
  deleteTargetGroup(arn: string): void;
  createLoadBalancer(input: {
    name: string;
    type: "application" | "network";
    internal: boolean;
    subnetIds: string[];
    securityGroups: string[];
    tags?: Tags;
  }): LoadBalancer;
  deleteLoadBalancer(arn: string): void;
  createListener(input: {
    loadBalancerArn: string;
    port: number;
    protocol: string;
    targetGroupArn?: string;
    certificateArn?: string;
  }): Listener;
  updateListener(arn: string, patch: { targetGroupArn?: string; certificateArn?: string }): Listener;
  deleteListener(arn: string): void;

  sendCommand(input: {
    instanceIds: string[];
    commands: string[];
    documentName: string;
    comment?: string;
    executionTimeoutSeconds: number;
    deliveryTimeoutSeconds: number;
  }): SsmCommand;
  cancelCommand(commandId: string): void;
  /** Runs a command line on a node as its shell would. The exec ends in a later `advance`; see `whenEnded`. */
  exec(instanceId: string, command: string): Exec;
  /** Resolves when the exec has its result. */
  whenEnded(exec: Exec): Promise<NonNullable<Exec["result"]>>;

  createDbSnapshot(input: { snapshotId: string; instanceId: string; tags?: Tags }): DbSnapshot;
  createDbClusterSnapshot(input: { snapshotId: string; clusterId: string; tags?: Tags }): DbSnapshot;

  /** The node that a request through this target group goes to now, by the load balancer's rules (fail-open included); undefined: nobody (503). */
  route(targetGroupArn: string): Instance | undefined;
  /** What the application on the instance answers to a request; undefined: connection refused (nothing listens). */
  answer(
    instanceId: string,
    path: string,
    headers?: { readonly host?: string | undefined; readonly accept?: string | undefined },
  ): { status: number; body: string } | undefined;
  /** What the application's API, or its store of objects, on the instance answers; undefined: the request is for another part of it. */
  request(instanceId: string, request: ApiRequest): ApiReply | undefined;
  /** The load balancer's traffic as the witness sees it: once a lab second. */
  observeTraffic(answered: boolean): void;
  verdict(): Verdict;
}

/** A request to the application's API. */
export interface ApiRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface ApiReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** RunInstances of one instance. */
export interface LaunchRequest {
  readonly templateId: string;
  readonly version: string;
  readonly subnetId: string;
  /** Of the request; they are added to those of the template, and win over them. */
  readonly tags: Tags;
  /** InstanceMetadataTags. */
  readonly showsTags: boolean;
  readonly clientToken: string | undefined;
}

export interface TemplateInput {
  readonly description?: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly userData: string;
  readonly instanceTags?: Tags;
  readonly data?: Record<string, unknown>;
}

export interface GroupInput {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly launchTemplateId: string;
  readonly launchTemplateVersion: string;
  readonly subnetIds: readonly string[];
  readonly targetGroupArns: readonly string[];
  readonly healthCheckType: "EC2" | "ELB";
  readonly healthCheckGracePeriod: number;
  readonly tags?: readonly { key: string; value: string; propagateAtLaunch: boolean }[];
}
