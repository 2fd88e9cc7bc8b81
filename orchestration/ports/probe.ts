/** One question asked through the load balancer, as a user would ask it. */
export interface ProbeSample {
  /** Milliseconds since the epoch: when the answer came, or where none did, when the question was asked. So no outage looks shorter. */
  readonly at: number;
  readonly answered: boolean;
}

/** Watches whether the service answers, once a second, from before the drain to the end. */
export interface Probe {
  start(): void;
  /** Samples so far, oldest first. */
  samples(): readonly ProbeSample[];
  stop(): Promise<void>;
}
