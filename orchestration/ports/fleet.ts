import type { Fleet } from "../domain/fleet";

/** The group and its instances in AWS. */
export interface FleetPort {
  /**
   * The fleet as EC2, Auto Scaling and the load balancer see it now. Instances are found by the group's list *and* by EC2's own
   * tag, so that one that left the group but still runs is seen.
   */
  describe(): Promise<Fleet>;
  /**
   * Suspends what could replace or launch nodes by itself; what the repave needs of the group goes on. Idempotent: what is
   * suspended already stays so.
   */
  fence(): Promise<void>;
  /**
   * Opens the fence and leaves suspended what was so before it. `found` is `Group.suspended` as it was then. Resolves to what it
   * resumed, in the same names. Idempotent.
   */
  unfence(found: readonly string[]): Promise<readonly string[]>;
  /** Terminates one instance of the group, which launches another in its place. Terminating it again does no harm. */
  replace(instanceId: string): Promise<void>;
  /** What the machine wrote to its console, as far as EC2 has it; "" where it has nothing. */
  consoleOutput(instanceId: string): Promise<string>;
  /** Whether the image exists and can be launched; the reason where not. */
  imageProblem(imageId: string): Promise<string | undefined>;
}
