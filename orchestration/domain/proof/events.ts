import type { SmokeMoment } from "./smoke";

/** Events of what is proven beyond the gate. */

/** The run of Terraform exists. */
export interface SmokeStarted {
  readonly event: "smoke.started";
  readonly moment: SmokeMoment;
  readonly terraformRun: string;
  /** Its address in the application. */
  readonly page: string;
  readonly applies: boolean;
}

export interface SmokeFinished {
  readonly event: "smoke.finished";
  readonly moment: SmokeMoment;
  readonly passed: boolean;
  readonly seconds: number;
  /** Absent: none could be queued. */
  readonly terraformRun?: string;
  readonly page?: string;
  /** Why it did not pass, in the run's own words. */
  readonly words?: string;
}

/** The first node is watched, and was healthy for that long. */
export type Soak =
  | { readonly event: "soak.started"; readonly seconds: number }
  | { readonly event: "soak.finished"; readonly seconds: number };

/** What the journal knows of the smoke runs of one moment: how often one failed, whether one passed, and the one that has not ended. */
export interface SmokeRecord {
  readonly failed: number;
  readonly passed: boolean;
  readonly terraformRun?: string;
}

export type SmokeRecords = Readonly<Partial<Record<SmokeMoment, SmokeRecord>>>;

/** The records with one event more. */
export function withSmoke(records: SmokeRecords, event: SmokeStarted | SmokeFinished): SmokeRecords {
  const { failed = 0, passed = false } = records[event.moment] ?? {};
  const record: SmokeRecord =
    event.event === "smoke.started"
      ? { failed, passed, terraformRun: event.terraformRun }
      : { failed: event.passed ? failed : failed + 1, passed: event.passed };
  return { ...records, [event.moment]: record };
}
