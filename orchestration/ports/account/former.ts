import type { GroupRules } from "../../domain/fleet";
import type { TakenOver } from "../../domain/adoption/adoption";
import type { LastCheck } from "../lastCheck";

/** Bounds and capacity of a group. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

/**
 * The former group: that of other code, behind the same target group. It is never deleted. `FleetPort.describe` includes it and its instances.
 * Every method may be repeated.
 */
export interface FormerPort {
  /** Returns what the group would do of its own accord. */
  rules(): Promise<GroupRules>;
  /** As `FleetPort.fence`, of this group. */
  fence(): Promise<void>;
  /** As `FleetPort.unfence`, of this group. */
  unfence(found: readonly string[]): Promise<readonly string[]>;
  /** Sets the bounds and the capacity. `lastCheck` precedes the call that does. */
  resize(bounds: Bounds, lastCheck?: LastCheck): Promise<void>;
  /** Sets which version of its template the group launches. It touches no node. */
  launch(version: string): Promise<void>;
  /** Writes by whom its nodes were taken over, and what was found, on the group itself. */
  mark(takenOver: TakenOver): Promise<void>;
  /** Takes that off again. */
  unmark(): Promise<void>;
  /** Returns what others would find of its nodes: see `FormerFacts`. */
  facts(): Promise<FormerFacts>;
}

/** What of the former group can spoil an adoption, or the time after it. */
export interface FormerFacts {
  /** Seconds from InService during which the group leaves an unhealthy node alone. */
  readonly gracePeriodSeconds: number;
  /** Target groups that it registers its nodes with. */
  readonly targetGroupArns: readonly string[];
  /** Other groups that register with the stack's target group, by name. */
  readonly otherGroups: readonly string[];
  /** Ids of its nodes whose SSM agent is not online, where that is how the stack reaches nodes. */
  readonly offline: readonly string[];
  /** Their role, where some are offline; undefined: they have none, or it cannot be seen. */
  readonly role: string | undefined;
  /** Names of what its user data holds in clear and should not. Never a value. */
  readonly secretsInUserData: readonly string[];
  /** Whether its user data says which release to install. */
  readonly namesRelease: boolean;
}
