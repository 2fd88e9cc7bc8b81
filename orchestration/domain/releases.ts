import table from "./releases.json";

/** A release of Terraform Enterprise on Replicated. `sequence` is its ReleaseSequence. */
export interface Release {
  readonly sequence: number;
  /** `v202207-2`. */
  readonly name: string;
  /** Cannot be skipped: it must be started before anything newer ("required release" in the vendor's tables). */
  readonly required?: boolean;
  /** Why the vendor took it back. */
  readonly withdrawn?: string;
  /** Why Active/Active cannot run it. */
  readonly deniedForActiveActive?: string;
  /** Ships a `health-check` command that is not there; the gate then relies on the application's own full check. */
  readonly brokenHealthCheck?: boolean;
  /** What an operator should know before choosing it. */
  readonly notes?: readonly string[];
}

export const RELEASES: readonly Release[] = table.releases;

/** First release with Active/Active. */
export const ACTIVE_ACTIVE_SINCE = table.activeActiveSince;

export const releaseBySequence = (sequence: number): Release | undefined =>
  RELEASES.find((release) => release.sequence === sequence);

/** Finds a release by `642` or `v202207-2`; undefined where there is none. Sequences are not contiguous. */
export function parseRelease(text: string): Release | undefined {
  const word = text.trim();
  return /^\d+$/.test(word)
    ? releaseBySequence(Number(word))
    : RELEASES.find((release) => release.name === word.toLowerCase());
}

/** `642 (v202207-2)`. */
export function releaseLabel(sequence: number): string {
  const known = releaseBySequence(sequence);
  return known ? `${sequence} (${known.name})` : String(sequence);
}
