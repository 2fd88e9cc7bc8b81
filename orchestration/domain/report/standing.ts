import type { Outcome } from "../events";
import { extent } from "./attempts";
import type { Report } from "./report";

/** How it stands with a run: ended; under way, its process heard from a moment ago; or not ended and its process silent. */
export type Standing =
  | { readonly kind: "ended"; readonly outcome: Outcome }
  | { readonly kind: "under way"; readonly heardAt: number }
  | { readonly kind: "silent"; readonly since: number };

/** The part of the lease's record that says whether its holder lives. Times in ms since the epoch, on the run's clock. */
export interface Heartbeat {
  readonly runId: string;
  readonly renewedAt: number;
  readonly expiresAt: number;
}

/** A live process renews its lease every few seconds. One whose lease expired has died, or can no longer write. */
export function standing(report: Report, heartbeat: Heartbeat | undefined, now: number): Standing {
  if (report.outcome !== undefined) return { kind: "ended", outcome: report.outcome };
  const { to: written } = extent(report.entries);
  const ours = heartbeat?.runId === report.runId ? heartbeat : undefined;
  const heardAt = Math.max(written, ours?.renewedAt ?? 0);
  return ours && ours.expiresAt >= now ? { kind: "under way", heardAt } : { kind: "silent", since: heardAt };
}
