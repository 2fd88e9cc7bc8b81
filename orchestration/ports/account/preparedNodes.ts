import type { InstanceState } from "../../domain/fleet";
import type { LastCheck } from "../lastCheck";

/** An instance that a run of this stack launched outside the group, as its tags say. */
export interface PreparedNode {
  readonly id: string;
  readonly privateIp: string | undefined;
  readonly state: InstanceState;
  /** Of the stack's own template; undefined: of another. */
  readonly templateVersion: number | undefined;
  readonly imageId: string;
  /** Milliseconds since the epoch. */
  readonly launchedAt: number;
  /** The run that launched it, and the hop of that run that it is for. */
  readonly runId: string;
  readonly hop: number;
}

/** What is launched. */
export interface PreparedLaunch {
  readonly templateVersion: number;
  readonly runId: string;
  readonly hop: number;
  /** Which launch of the hop it is, from 0: with run and hop it makes the client token, and chooses the subnet. */
  readonly ordinal: number;
}

/** Nodes that are built outside the group, while the group serves. Throws as `FleetPort` does. */
export interface PreparedNodes {
  /**
   * Every such instance of this stack that is not terminated and in no group, the oldest first, whichever run launched it. EC2 is
   * eventually consistent: one that was launched a moment ago may be missing.
   */
  list(): Promise<readonly PreparedNode[]>;
  /**
   * Launches one instance from that version of the stack's template, in a subnet of the group. Repeated, it answers the same instance,
   * which may be terminated by then. Throws `PREPARE_FAILED` where AWS refuses: no capacity in any subnet, no such image, no permission.
   */
  launch(launch: PreparedLaunch): Promise<PreparedNode>;
  /** Attaches a running instance, which raises the group's desired capacity by one. Throws `AWS_REFUSED`: no room, or not running. */
  attach(instanceId: string, lastCheck?: LastCheck): Promise<void>;
  /** Terminates instances that are in no group. Safe to repeat. */
  terminate(instanceIds: readonly string[]): Promise<void>;
}
