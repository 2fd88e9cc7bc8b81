/** One request through the load balancer, made as a user would make it. */
export interface ProbeSample {
  /**
   * Milliseconds since the epoch: when the answer arrived or, without an answer, when the request was sent. So no outage is
   * reported too short.
   */
  readonly at: number;
  readonly answered: boolean;
}

/** Monitors once per second whether the service answers, from before the drain until the end. */
export interface Probe {
  start(): void;
  /** Returns the samples so far, oldest first. */
  samples(): readonly ProbeSample[];
  stop(): Promise<void>;
}
