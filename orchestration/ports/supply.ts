/** What the group launches its nodes from, and where. */
export interface Demand {
  /** Of the template version that the group is pinned to. */
  readonly instanceType: string;
  readonly zones: readonly string[];
}

export interface InstanceTypeFacts {
  readonly architectures: readonly string[];
  readonly vcpus: number;
  /** Zones of the region that offer it. Whether one has room at the moment nobody can ask. */
  readonly zones: readonly string[];
}

/** vCPUs of running On-Demand instances that share a quota. */
export interface VcpuQuota {
  readonly limit: number;
  /** Those of instances that are not the fleet's. */
  readonly usedByOthers: number;
}

/** How users' requests reach the nodes. */
export interface EntrypointFacts {
  /** Load balancers that forward to the target group, by name. */
  readonly loadBalancers: readonly string[];
  /** Whether a node in one zone gets the requests that come in at the others. */
  readonly crossZone: boolean;
}

/**
 * What AWS would launch nodes from, and what the account may launch. Reads only: nothing here changes anything.
 * Methods throw `CREDENTIALS_INVALID`, `AWS_CALL_FAILED` or `AWS_REFUSED`.
 */
export interface Supply {
  demand(): Promise<Demand>;
  /** Undefined: the region does not know the type. */
  instanceType(name: string): Promise<InstanceTypeFacts | undefined>;
  /** The quota that the type counts against; undefined: which one that is, is not known here. */
  vcpuQuota(instanceType: string): Promise<VcpuQuota | undefined>;
  entrypoint(): Promise<EntrypointFacts>;
}
