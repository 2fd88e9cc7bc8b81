/** A fleet that other code built, as AWS describes it. */
export interface RunningFleet {
  readonly group: {
    readonly name: string;
    readonly region: string;
    readonly max: number;
    readonly desired: number;
    readonly gracePeriodSeconds: number;
    readonly subnetIds: readonly string[];
    /** Its nodes that are in service, by their ids. */
    readonly nodes: readonly string[];
  };
  /** The launch template in the version that the group names. */
  readonly template: {
    /** Id and version: `lt-…, version $Latest`. */
    readonly name: string;
    readonly image: string | undefined;
    readonly instanceType: string | undefined;
    /** Name of the instance profile. */
    readonly profile: string | undefined;
    /** ARN of its role; undefined: there is none, or it may not be read. */
    readonly roleArn: string | undefined;
    readonly securityGroupIds: readonly string[];
    readonly rootDevice: { readonly name: string; readonly gb: number | undefined } | undefined;
    /** As the template has it, in base64. It may hold secrets. */
    readonly userData: string;
  };
  /** What the group registers its nodes with. */
  readonly targets: readonly FoundTargets[];
  /** Databases of the account in the region. */
  readonly databases: readonly { readonly id: string; readonly host: string }[];
}

export interface FoundTargets {
  readonly arn: string;
  readonly port: number;
  readonly vpcId: string | undefined;
  /** Protocol and path of the health check: `HTTPS /_health_check`. */
  readonly healthCheck: string;
  readonly deregistrationDelay: number | undefined;
  /** Certificates of the listeners that lead to it. */
  readonly certificateArns: readonly string[];
}

/** Reads only. */
export interface RunningFleetPort {
  /** Throws `GROUP_NOT_FOUND`, and `GROUP_UNREADABLE` where the group launches from something else than a launch template. */
  read(group: string): Promise<RunningFleet>;
}
