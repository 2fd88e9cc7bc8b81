/** How far a node on its way up has come while a condition is the first that does not hold. */
export const BOOT_PHASES = ["boots", "installs", "starts", "otherRelease", "settles", "joins"] as const;

export type BootPhase = (typeof BOOT_PHASES)[number];

/** One condition of the gate as last observed. */
export interface Observation {
  /** The condition itself, in output and journal alike; absent in journals of earlier versions. */
  readonly id?: string;
  /** It in a sentence, for people. */
  readonly condition: string;
  /** Absent in journals of earlier versions. */
  readonly phase?: BootPhase;
  readonly held: boolean;
  /** It could not be checked on any node of this release, and does not keep one from passing; `observed` says why. */
  readonly skipped?: true;
  readonly observed: string;
}
