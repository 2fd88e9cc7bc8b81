/** One release-to-release repave. */
export interface Hop {
  /** ReleaseSequence to build. */
  readonly release: number;
  /** AMI to build from. */
  readonly image: string;
}

/** The intended sequence of a run: data, shown before anything happens and written down with it. */
export interface Plan {
  readonly schema: 1;
  readonly stack: string;
  readonly from: Hop;
  readonly hops: readonly Hop[];
  /** Nodes at the end. */
  readonly nodeCount: number;
}

/** The end of the plan. */
export function target(plan: Plan): Hop {
  return plan.hops[plan.hops.length - 1] ?? plan.from;
}
