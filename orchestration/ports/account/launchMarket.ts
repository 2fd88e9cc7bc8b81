/** What the group launches its nodes from, and in which zones. */
export interface Demand {
  /** Of the template version that the group is pinned to. */
  readonly instanceType: string;
  readonly zones: readonly string[];
}

export interface InstanceTypeFacts {
  readonly architectures: readonly string[];
  readonly vcpus: number;
  /** Zones of the region that offer the type. AWS does not report whether a zone has capacity at the moment. */
  readonly zones: readonly string[];
}

/** A quota of vCPUs for running On-Demand instances. */
export interface VcpuQuota {
  readonly limit: number;
  /** vCPUs of instances outside the fleet. */
  readonly usedByOthers: number;
}

/**
 * What the group launches, what the region offers of it, and how much the account may launch. Read-only. Methods throw
 * `CREDENTIALS_…`, `AWS_UNREACHABLE`, `AWS_CALL_FAILED` or `AWS_REFUSED`.
 */
export interface LaunchMarket {
  demand(): Promise<Demand>;
  /** Undefined: the type does not exist in the region. */
  instanceType(name: string): Promise<InstanceTypeFacts | undefined>;
  /** Returns the quota that the type counts against. Undefined: that quota is not known here. */
  vcpuQuota(instanceType: string): Promise<VcpuQuota | undefined>;
}
