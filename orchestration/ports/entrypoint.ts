/** How users' requests reach the nodes. */
export interface EntrypointFacts {
  /** Load balancers that forward to the target group, by name. */
  readonly loadBalancers: readonly string[];
  /** Whether a node in one zone gets the requests that come in at the others. */
  readonly crossZone: boolean;
}

/** The way of users' requests to the nodes. Reads only. Methods throw `GROUP_NOT_FOUND`, `CREDENTIALS_INVALID`, `AWS_CALL_FAILED` or `AWS_REFUSED`. */
export interface Entrypoint {
  describe(): Promise<EntrypointFacts>;
}
