/** Load balancers, their target groups and targets. */
import type { Tags } from "./compute";

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  port: number;
  protocol: string;
  vpcId: string;
  healthCheck: {
    path: string;
    protocol: string;
    port: string;
    intervalSeconds: number;
    timeoutSeconds: number;
    healthyThreshold: number;
    unhealthyThreshold: number;
    matcher: string;
  };
  /** Seconds; AWS's default is 300. */
  deregistrationDelay: number;
  stickiness: boolean;
  /** Absent: as its load balancer does, which an Application Load Balancer always does, a Network Load Balancer not of itself. */
  crossZone?: boolean;
  tags: Tags;
  readonly targets: Target[];
  /** Requests routed so far, for the round robin. */
  routed: number;
}

export interface Target {
  readonly instanceId: string;
  readonly registeredAt: number;
  state: "initial" | "healthy" | "unhealthy" | "draining" | "unused";
  /** TargetHealth.Reason as documented, e.g. Elb.RegistrationInProgress, Target.Timeout, Target.ResponseCodeMismatch. */
  reason: string | undefined;
  /** Consecutive results of its checks. */
  successes: number;
  failures: number;
  nextCheckAt: number;
  drainingUntil: number | undefined;
  /** A newly registered target needs one passing check; the healthy threshold counts only after it has failed. */
  everFailed: boolean;
}

export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly scheme: string;
  readonly type: "application" | "network";
  subnetIds: string[];
  securityGroups: string[];
  tags: Tags;
}

export interface Listener {
  readonly arn: string;
  readonly loadBalancerArn: string;
  port: number;
  protocol: string;
  targetGroupArn: string | undefined;
  certificateArn: string | undefined;
}
