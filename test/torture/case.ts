import type { CaseLab } from "./lab";

export type Verdict = "converged" | "heldCorrectly";

/** One torment and what must come of it. */
export interface Case {
  readonly name: string;
  /** Lab seconds a real second; default the command line's. */
  readonly speed?: number;
  /** Begins with an empty lab; the first command builds the fleet. */
  readonly bare?: true;
  /** Real seconds after which it counts as failed; default 240. */
  readonly limitSeconds?: number;
  /** Throws `Failure` for what must not be. */
  play(estate: CaseLab): Promise<Verdict>;
}

/** The product, not the harness, did what it must not. */
export class Failure extends Error {
  override readonly name = "Failure";
}

/** The blow was not struck: its moment was over between two looks. Nothing is shown by that, well or ill. */
export class Missed extends Failure {}

/** Throws with all that is wrong, if anything is. */
export function demand(wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Failure(wrong.join("; "));
}
