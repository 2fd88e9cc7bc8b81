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

/**
 * What the group launches, what the region offers of it, and how much of it the account may launch. Reads only.
 * Methods throw `CREDENTIALS_INVALID`, `AWS_CALL_FAILED` or `AWS_REFUSED`.
 */
export interface LaunchMarket {
  demand(): Promise<Demand>;
  /** Undefined: the region does not know the type. */
  instanceType(name: string): Promise<InstanceTypeFacts | undefined>;
  /** The quota that the type counts against; undefined: which one that is, is not known here. */
  vcpuQuota(instanceType: string): Promise<VcpuQuota | undefined>;
}
