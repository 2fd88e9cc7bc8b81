/** What a group has only where somebody gave it that. */

export interface LifecycleHook {
  readonly name: string;
  readonly transition: "autoscaling:EC2_INSTANCE_LAUNCHING" | "autoscaling:EC2_INSTANCE_TERMINATING";
  /** Seconds. */
  readonly heartbeatTimeout: number;
  readonly defaultResult: "CONTINUE" | "ABANDON";
}

/** An instance refresh, from its start on; the group keeps those that have ended. */
export interface InstanceRefresh {
  readonly id: string;
  readonly startedAt: number;
  endedAt?: number;
  status: "InProgress" | "Successful" | "Cancelled";
  /** What replacements are launched from, and the group's own once it has succeeded. */
  readonly launchTemplateId: string;
  readonly launchTemplateVersion: string;
  readonly minHealthyPercentage: number;
  /** Seconds from InService until an instance counts as ready. */
  readonly instanceWarmup: number;
  /** Ids of instances whose turn has not come. */
  toReplace: string[];
  replaced: number;
}

export interface GroupRules {
  /** NewInstancesProtectedFromScaleIn. */
  protectsNew?: boolean;
  hooks?: LifecycleHook[];
  warmPool?: { readonly minSize: number; readonly poolState: "Stopped" | "Running" };
  /** A mixed instances policy over the group's template. */
  overrides?: { readonly instanceType: string; readonly launchTemplateId?: string; readonly version?: string }[];
  /** It launches from a launch configuration instead of a template. */
  launchConfiguration?: string;
  capacityRebalance?: boolean;
  /** Seconds. */
  maxInstanceLifetime?: number;
  maintenance?: { readonly min: number; readonly max: number };
  policies?: { readonly name: string; readonly type: "TargetTrackingScaling" | "SimpleScaling" }[];
}
