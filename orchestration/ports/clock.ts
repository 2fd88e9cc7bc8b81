/** The time. A port, so that the lab can run it faster and a test can control it. */
export interface Clock {
  /** Returns milliseconds since the epoch, for records and for comparison with times reported by AWS. May jump. */
  now(): number;
  /** Returns milliseconds that never decrease. Only differences are meaningful. Every deadline is measured with it. */
  monotonic(): number;
  /** Resolves after `ms`. Rejects with the signal's reason if the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
