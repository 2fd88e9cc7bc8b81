import type { RunOnRecord } from "../domain/report/report";
import type { Heartbeat } from "../domain/report/standing";
import type { JournalEntry } from "../domain/journal";

export interface PageRequest {
  readonly run: RunOnRecord;
  readonly entries: readonly JournalEntry[];
  /** Of the stack's lease, where the run may be under way. */
  readonly heartbeat: Heartbeat | undefined;
  /** Milliseconds since the epoch, on the run's clock. */
  readonly now: number;
}

/** A run as one page of HTML that needs nothing else: no network, no script. Made from the journal alone. */
export interface ReportPage {
  render(request: PageRequest): Promise<string>;
}
