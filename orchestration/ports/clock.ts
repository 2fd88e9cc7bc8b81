/** Time, so that a lab can run it faster and a test can own it. */
export interface Clock {
  /** Milliseconds since the epoch: for records and for comparing with what AWS reports. May jump. */
  now(): number;
  /** Milliseconds that never go back; only differences mean something. Every deadline is measured on it. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
