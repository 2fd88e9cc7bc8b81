/** What a group has only where somebody gave it that. */

export interface LifecycleHook {
  readonly name: string;
  readonly transition: "autoscaling:EC2_INSTANCE_LAUNCHING" | "autoscaling:EC2_INSTANCE_TERMINATING";
  /** Seconds. */
  readonly heartbeatTimeout: number;
  readonly defaultResult: "CONTINUE" | "ABANDON";
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
