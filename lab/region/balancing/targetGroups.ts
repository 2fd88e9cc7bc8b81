import { AwsError } from "../api";
import { findTargetGroup } from "../find";
import type { Instance, RegionState, Tags, TargetGroup } from "../model";
import { hex } from "../random";

type HealthCheck = TargetGroup["healthCheck"];

export interface TargetGroupInput {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly vpcId: string;
  readonly healthCheck?: Partial<HealthCheck>;
  readonly deregistrationDelay?: number;
  readonly tags?: Tags;
}

/** The API's defaults, for a target group of an Application Load Balancer and for one of a Network Load Balancer. */
function defaultCheck(protocol: string): HealthCheck {
  const network = protocol === "TCP" || protocol === "TLS";
  return {
    path: "/",
    protocol: network ? "TCP" : "HTTP",
    port: "traffic-port",
    intervalSeconds: 30,
    timeoutSeconds: network ? 10 : 5,
    healthyThreshold: 5,
    unhealthyThreshold: 2,
    matcher: network ? "200-399" : "200",
  };
}

export function createTargetGroup(state: RegionState, input: TargetGroupInput): TargetGroup {
  if (state.targetGroups.some((group) => group.name === input.name)) {
    throw new AwsError("DuplicateTargetGroupName", "A target group with the same name already exists");
  }
  const group: TargetGroup = {
    arn: `arn:aws:elasticloadbalancing:${state.region}:${state.accountId}:targetgroup/${input.name}/${hex(state, 16)}`,
    name: input.name,
    port: input.port,
    protocol: input.protocol,
    vpcId: input.vpcId,
    healthCheck: { ...defaultCheck(input.protocol), ...input.healthCheck },
    deregistrationDelay: input.deregistrationDelay ?? 300,
    stickiness: false,
    tags: { ...input.tags },
    targets: [],
    routed: 0,
  };
  state.targetGroups.push(group);
  return group;
}

export function updateTargetGroup(
  state: RegionState,
  arn: string,
  patch: { healthCheck?: Partial<HealthCheck>; deregistrationDelay?: number; tags?: Tags },
): TargetGroup {
  const group = findTargetGroup(state, arn);
  group.healthCheck = { ...group.healthCheck, ...patch.healthCheck };
  group.deregistrationDelay = patch.deregistrationDelay ?? group.deregistrationDelay;
  group.tags = patch.tags ? { ...patch.tags } : group.tags;
  return group;
}

export function deleteTargetGroup(state: RegionState, arn: string): void {
  const group = findTargetGroup(state, arn);
  if (state.listeners.some((listener) => listener.targetGroupArn === arn)) {
    throw new AwsError("ResourceInUse", `Target group '${arn}' is currently in use by a listener or a rule`);
  }
  state.targetGroups.splice(state.targetGroups.indexOf(group), 1);
}

/**
 * Round robin over the healthy targets. Where none is healthy the load balancer fails open: it sends requests to every
 * registered target that is not draining. Undefined: there is none (503).
 */
export function route(state: RegionState, arn: string): Instance | undefined {
  const group = findTargetGroup(state, arn);
  const registered = group.targets.filter((target) => target.state !== "draining" && target.state !== "unused");
  const healthy = registered.filter((target) => target.state === "healthy");
  const candidates = healthy.length > 0 ? healthy : registered;
  const chosen = candidates[group.routed % Math.max(1, candidates.length)];
  group.routed += 1;
  return state.instances.find((instance) => instance.id === chosen?.instanceId);
}
