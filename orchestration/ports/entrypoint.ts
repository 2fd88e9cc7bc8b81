import type { HealthCheck } from "../domain/ahead/healthCheck";

/** How users' requests reach the nodes. */
export interface EntrypointFacts {
  /** Load balancers that forward to the target group, by name. */
  readonly loadBalancers: readonly string[];
  /** Whether a node in one zone receives requests that arrive in the others (cross-zone load balancing). */
  readonly crossZone: boolean;
  /** ARN of the target group, by which commands name it. */
  readonly targetGroupArn: string;
  readonly healthCheck: HealthCheck;
}

/**
 * The load balancing in front of the nodes. Read-only. Methods throw `GROUP_NOT_FOUND`, `CREDENTIALS_…`, `AWS_UNREACHABLE`,
 * `AWS_CALL_FAILED` or `AWS_REFUSED`.
 */
export interface Entrypoint {
  describe(): Promise<EntrypointFacts>;
}
