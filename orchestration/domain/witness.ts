/** The verdict of the lab's observer, which knows nothing of the product. Counted since the lab was made, not since the run began. */
export interface Witness {
  readonly overlapSeconds: number;
  readonly lostJobs: number;
  readonly killedWhileBooting: number;
  readonly unansweredSeconds: number;
  readonly jobsFinished: number;
  /** How often a node that was prepared started its application before it was told to. */
  readonly startedEarly?: number;
  /** How often a secret was in a command, its output, user data, a notice or a stored object. */
  readonly secretsShown?: number;
  readonly violations: readonly string[];
  /** What the lab itself made go wrong, or somebody in it did. */
  readonly interference?: readonly string[];
}
