import { AwsError } from "../api";
import { findTargetGroup } from "../find";
import type { Listener, LoadBalancer, RegionState, Tags } from "../model";
import { hex, integer } from "../random";

export interface LoadBalancerInput {
  readonly name: string;
  readonly type: "application" | "network";
  readonly internal: boolean;
  readonly subnetIds: readonly string[];
  readonly securityGroups: readonly string[];
  readonly tags?: Tags;
}

export interface ListenerInput {
  readonly loadBalancerArn: string;
  readonly port: number;
  readonly protocol: string;
  readonly targetGroupArn?: string;
  readonly certificateArn?: string;
}

export function createLoadBalancer(state: RegionState, input: LoadBalancerInput): LoadBalancer {
  if (state.loadBalancers.some((balancer) => balancer.name === input.name)) {
    throw new AwsError("DuplicateLoadBalancerName", "A load balancer with the same name already exists");
  }
  const path = `${input.type === "application" ? "app" : "net"}/${input.name}/${hex(state, 16)}`;
  const prefix = input.internal ? "internal-" : "";
  const balancer: LoadBalancer = {
    arn: `arn:aws:elasticloadbalancing:${state.region}:${state.accountId}:loadbalancer/${path}`,
    name: input.name,
    dnsName: `${prefix}${input.name}-${integer(state, 100_000_000, 2_000_000_000)}.${state.region}.elb.amazonaws.com`,
    scheme: input.internal ? "internal" : "internet-facing",
    type: input.type,
    subnetIds: [...input.subnetIds],
    securityGroups: [...input.securityGroups],
    tags: { ...input.tags },
  };
  state.loadBalancers.push(balancer);
  return balancer;
}

function findLoadBalancer(state: RegionState, arn: string): LoadBalancer {
  const balancer = state.loadBalancers.find((candidate) => candidate.arn === arn);
  if (!balancer) throw new AwsError("LoadBalancerNotFound", `Load balancers '[${arn}]' not found`);
  return balancer;
}

function findListener(state: RegionState, arn: string): Listener {
  const listener = state.listeners.find((candidate) => candidate.arn === arn);
  if (!listener) throw new AwsError("ListenerNotFound", `Listeners '[${arn}]' not found`);
  return listener;
}

/** Its listeners go with it; target groups stay. */
export function deleteLoadBalancer(state: RegionState, arn: string): void {
  const balancer = findLoadBalancer(state, arn);
  state.listeners = state.listeners.filter((listener) => listener.loadBalancerArn !== arn);
  state.loadBalancers.splice(state.loadBalancers.indexOf(balancer), 1);
}

export function createListener(state: RegionState, input: ListenerInput): Listener {
  const balancer = findLoadBalancer(state, input.loadBalancerArn);
  if (state.listeners.some((other) => other.loadBalancerArn === balancer.arn && other.port === input.port)) {
    throw new AwsError("DuplicateListener", `A listener already exists on port ${input.port} for this load balancer`);
  }
  if (input.targetGroupArn !== undefined) findTargetGroup(state, input.targetGroupArn);
  const listener: Listener = {
    arn: `${balancer.arn.replace(":loadbalancer/", ":listener/")}/${hex(state, 16)}`,
    loadBalancerArn: balancer.arn,
    port: input.port,
    protocol: input.protocol,
    targetGroupArn: input.targetGroupArn,
    certificateArn: input.certificateArn,
  };
  state.listeners.push(listener);
  return listener;
}

export function updateListener(
  state: RegionState,
  arn: string,
  patch: { targetGroupArn?: string; certificateArn?: string },
): Listener {
  const listener = findListener(state, arn);
  if (patch.targetGroupArn !== undefined) findTargetGroup(state, patch.targetGroupArn);
  listener.targetGroupArn = patch.targetGroupArn ?? listener.targetGroupArn;
  listener.certificateArn = patch.certificateArn ?? listener.certificateArn;
  return listener;
}

export function deleteListener(state: RegionState, arn: string): void {
  state.listeners.splice(state.listeners.indexOf(findListener(state, arn)), 1);
}
