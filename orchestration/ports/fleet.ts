import type { Fleet, GroupRules } from "../domain/fleet";
import type { LastCheck } from "./lastCheck";

/** The group and its instances in AWS. */
export interface FleetPort {
  /**
   * Returns the fleet as EC2, Auto Scaling and the load balancer report it now. Instances are found by the group's list *and* by
   * EC2's own tag, so an instance that left the group but still runs is included.
   */
  describe(): Promise<Fleet>;
  /** Returns what the group would do of its own accord. */
  rules(): Promise<GroupRules>;
  /**
   * Suspends the processes that could replace or launch nodes on their own. The processes that the repave needs keep running.
   * Idempotent: what is already suspended stays suspended.
   */
  fence(): Promise<void>;
  /**
   * Lifts the fence, except for processes that were suspended before it. `found` is `Group.suspended` as it was then. Resolves
   * to the processes that were resumed. Idempotent.
   */
  unfence(found: readonly string[]): Promise<readonly string[]>;
  /** Terminates one instance of the group, which then launches a replacement. Safe to repeat. */
  replace(instanceId: string, lastCheck?: LastCheck): Promise<void>;
  /** Takes the instance out of the load balancer: it gets no new requests, and some time for the ones that it has. Idempotent. */
  deregister(instanceId: string): Promise<void>;
  /** Puts the instance behind the load balancer. Idempotent. */
  register(instanceId: string): Promise<void>;
  /** Returns the console output that EC2 has of the machine. "": EC2 has none. */
  consoleOutput(instanceId: string): Promise<string>;
  /** Returns why the image cannot be launched. Undefined: it can. */
  imageProblem(imageId: string): Promise<string | undefined>;
}
