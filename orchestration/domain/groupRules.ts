/** What a group would do of its own accord, beyond keeping its capacity. Pure. */

/** The group waits at the launch or the termination of an instance until somebody says go on, or the time is over. */
export interface Hook {
  readonly name: string;
  readonly at: "launch" | "termination";
  readonly timeoutSeconds: number;
  /** What happens to a launching instance when nobody answered. A terminating one is terminated in either case. */
  readonly unanswered: "continue" | "abandon";
}

/** A change of capacity that stands in the group's schedule. */
export interface ScheduledCapacity {
  readonly name: string;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly desired: number | undefined;
}

export interface GroupRules {
  readonly hooks: readonly Hook[];
  /** Instances are kept ready, launched from whatever was current then. */
  readonly warmPool: boolean;
  /** Spot instances at risk are replaced before they are lost. */
  readonly rebalancesCapacity: boolean;
  /** An instance is replaced at this age. */
  readonly maxLifetimeSeconds: number | undefined;
  /** How much of the group may be missing, or too much, while instances are replaced: in percent. */
  readonly replacement: { readonly min: number; readonly max: number } | undefined;
  readonly schedule: readonly ScheduledCapacity[];
  /** Scaling policies, by name. */
  readonly policies: readonly string[];
  /** Instances of the stack's template that run outside of the group. */
  readonly strays: readonly string[];
}
