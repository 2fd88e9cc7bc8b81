import type { RunOnRecord } from "../domain/report/report";
import type { Heartbeat } from "../domain/standing/run";
import type { JournalEntry } from "../domain/journal";

export interface PageRequest {
  readonly run: RunOnRecord;
  readonly entries: readonly JournalEntry[];
  /** From the stack's lease, if the run may be in progress. */
  readonly heartbeat: Heartbeat | undefined;
  /** Milliseconds since the epoch, on the run's clock. */
  readonly now: number;
}

/** Renders a run as one self-contained HTML page: no network, no script. Made from the journal alone. */
export interface ReportPage {
  render(request: PageRequest): Promise<string>;
}
