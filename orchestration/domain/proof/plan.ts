/** What a run proves with the service up, beyond the gate: data of its plan. */
export interface Proof {
  /** A smoke run: of a plan alone, or of an apply as well. Absent: none. */
  readonly smoke?: "plan" | "apply";
  /** How long the first node is watched before a second one is built. Absent: not at all. */
  readonly soakSeconds?: number;
}

/** What is allowed for one smoke run, in seconds. */
const SMOKE_SECONDS = 180;

/** How long the proof at the first node may take. */
export const proofSeconds = ({ smoke, soakSeconds = 0 }: Proof = {}): number =>
  soakSeconds + (smoke === undefined ? 0 : SMOKE_SECONDS);
