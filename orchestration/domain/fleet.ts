import type { TakenOver } from "./adoption/adoption";
import type { Packaging, Release } from "./release";

/** The fleet as observed: a group, its instances, and each instance's place behind the load balancer. Pure. */

export type InstanceState = "pending" | "running" | "shutting-down" | "terminated" | "stopping" | "stopped";

/** Health of an instance as a target; `missing`: the target group does not know it, which counts as unhealthy. */
export type TargetHealth = "initial" | "healthy" | "unhealthy" | "draining" | "unused" | "unavailable" | "missing";

/**
 * Where an instance stands in its group. `leaving`: the group is about to terminate it. `out`: it has left the group, or stands
 * aside in it.
 */
export type Place = "joining" | "inService" | "leaving" | "out";

/** An EC2 machine of the group. */
export interface Instance {
  readonly id: string;
  readonly privateIp: string | undefined;
  readonly zone: string;
  readonly state: InstanceState;
  readonly place: Place;
  /** The provider's own word for its place, only to be shown; undefined once it has left the group. */
  readonly lifecycle: string | undefined;
  /** The group does not terminate it to reach a smaller capacity. */
  readonly protectedFromScaleIn: boolean;
  /** The group takes it for unhealthy, and replaces it as soon as nothing keeps it from that. */
  readonly markedUnhealthy: boolean;
  /** Launch template version it was launched from; undefined if not launched from the fleet's template. */
  readonly templateVersion: number | undefined;
  /** Release it was built for, from its tag; undefined where the tag is missing. */
  readonly release: Release | undefined;
  /** How it was built to run the application, as the same tag says it; absent where the tag is missing. */
  readonly packaging?: Packaging;
  readonly imageId: string;
  /** Milliseconds since the epoch. */
  readonly launchedAt: number;
  readonly target: TargetHealth;
  /** It belongs to the former group. */
  readonly former?: true;
}

/** What a group launches its instances from. `isOwn`: it is the stack's template. */
export type LaunchSource =
  | { readonly from: "template"; readonly id: string; readonly version: string; readonly isOwn: boolean }
  /** Several instance types, each with a template of its own where it names one. */
  | { readonly from: "mix"; readonly id: string; readonly version: string; readonly overrides: readonly string[] }
  | { readonly from: "configuration"; readonly name: string };

export interface Group {
  readonly name: string;
  readonly launches: LaunchSource;
  /** New instances are protected from scale-in. */
  readonly protectsNew: boolean;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  /** A number, or `$Latest`/`$Default` if someone unpinned the group. */
  readonly templateVersion: string;
  /** What is suspended of the group's own doing, in the provider's names: to be shown, and to be handed back to `unfence`. */
  readonly suspended: readonly string[];
  /** What is suspended of what a repave needs: without it nothing is launched, terminated or put behind the load balancer. */
  readonly stalled: readonly string[];
  /** What `fence` would suspend and is not suspended now; empty: fenced. */
  readonly fenceGaps: readonly string[];
  /** Seconds between deregistration and termination of an instance, from the target group. */
  readonly deregistrationDelay: number;
  readonly instanceRefreshInProgress: boolean;
  /** Of the former group: a run has taken its nodes over. */
  readonly takenOver?: TakenOver;
}

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

/** What a group would do of its own accord, beyond keeping its capacity. */
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

export interface Fleet {
  readonly group: Group;
  /** The group of other code that had the nodes before the stack's own. Undefined: the stack names none, or it is gone. */
  readonly former?: Group;
  /** Every instance of the groups that EC2 still knows, terminated ones included. */
  readonly instances: readonly Instance[];
}

/** Alive: anything that EC2 has not yet seen terminated. A `stopped` machine can be started again, so it counts. */
export const alive = (fleet: Fleet): readonly Instance[] => fleet.instances.filter((i) => i.state !== "terminated");
