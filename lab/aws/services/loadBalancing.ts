import { AwsError, type RegionApi } from "../../region/api";
import { findTargetGroup } from "../../region/find";
import type { Listener, LoadBalancer, Target, TargetGroup } from "../../region/model";
import { deregisterTarget, registerTarget } from "../../region/balancing/targets";
import { required, structures, texts, text, whole, type Params } from "../params";
import { page, type Answer, type Operation, type Service } from "../service";

/** Most records in one answer (Elastic Load Balancing API reference, PageSize). */
const DEFAULT_PAGE = 400;

const CROSS_ZONE = "load_balancing.cross_zone.enabled";
const DELAY = "deregistration_delay.timeout_seconds";

const DescribeTargetHealth: Operation = (region, params) => {
  const group = findTargetGroup(region.state, required(params, "TargetGroupArn"));
  const asked = structures(params, "Targets").map((target) => required(target, "Id"));
  const ids = asked.length > 0 ? asked : group.targets.map((target) => target.instanceId);
  return {
    TargetHealthDescriptions: ids.map((id) => ({
      Target: { Id: id, Port: group.port },
      HealthCheckPort: group.healthCheck.port === "traffic-port" ? String(group.port) : group.healthCheck.port,
      TargetHealth: healthAnswer(group.targets.find((target) => target.instanceId === id)),
    })),
  };
};

const DescribeTargetGroups: Operation = (region, params) => {
  const [arns, names] = [texts(params, "TargetGroupArns"), texts(params, "Names")];
  const owner = text(params, "LoadBalancerArn");
  for (const arn of arns ?? []) findTargetGroup(region.state, arn);
  const found = region.state.targetGroups.filter(
    (group) =>
      (arns?.includes(group.arn) ?? true) &&
      (names?.includes(group.name) ?? true) &&
      (owner === undefined || balancersOf(region, group.arn).includes(owner)),
  );
  if (names && found.length === 0) throw new AwsError("TargetGroupNotFound", "One or more target groups not found");
  return paged("TargetGroups", found, params, (group) => targetGroupAnswer(region, group));
};

const DescribeTargetGroupAttributes: Operation = (region, params) => ({
  Attributes: attributes(findTargetGroup(region.state, required(params, "TargetGroupArn"))),
});

const ModifyTargetGroupAttributes: Operation = (region, params) => {
  const arn = required(params, "TargetGroupArn");
  for (const attribute of structures(params, "Attributes")) {
    const [key, value] = [required(attribute, "Key"), whole(attribute, "Value")];
    if (key !== DELAY || value === undefined || value < 0 || value > 3600)
      throw new AwsError("InvalidConfigurationRequest", `Target group attribute '${key}' cannot be set to that value`);
    region.updateTargetGroup(arn, { deregistrationDelay: value });
  }
  return { Attributes: attributes(findTargetGroup(region.state, arn)) };
};

/** Instances, by their ids: a target group of nodes has one port. */
const RegisterTargets: Operation = (region, params) => {
  const group = findTargetGroup(region.state, required(params, "TargetGroupArn"));
  for (const target of structures(params, "Targets")) {
    const id = required(target, "Id");
    const instance = region.state.instances.find((each) => each.id === id);
    if (instance?.state !== "running")
      throw new AwsError(
        "InvalidTarget",
        `The following targets are not in a running state and cannot be registered: '${id}'`,
      );
    registerTarget(region.state, group, id);
  }
  return {};
};

const DeregisterTargets: Operation = (region, params) => {
  const group = findTargetGroup(region.state, required(params, "TargetGroupArn"));
  for (const target of structures(params, "Targets")) deregisterTarget(region.state, group, required(target, "Id"));
  return {};
};

const DescribeLoadBalancers: Operation = (region, params) => {
  const [arns, names] = [texts(params, "LoadBalancerArns"), texts(params, "Names")];
  for (const arn of arns ?? []) loadBalancer(region, arn);
  const found = region.state.loadBalancers.filter(
    (balancer) => (arns?.includes(balancer.arn) ?? true) && (names?.includes(balancer.name) ?? true),
  );
  if (names && found.length === 0) throw new AwsError("LoadBalancerNotFound", "One or more load balancers not found");
  return paged("LoadBalancers", found, params, balancerAnswer);
};

const DescribeListeners: Operation = (region, params) => {
  const arns = texts(params, "ListenerArns");
  const owner = text(params, "LoadBalancerArn");
  if (owner !== undefined) loadBalancer(region, owner);
  const found = region.state.listeners.filter(
    (listener) => (arns?.includes(listener.arn) ?? true) && (owner === undefined || listener.loadBalancerArn === owner),
  );
  if (arns && found.length === 0) throw new AwsError("ListenerNotFound", "One or more listeners not found");
  return paged("Listeners", found, params, listenerAnswer);
};

const DescribeLoadBalancerAttributes: Operation = (region, params) => {
  const { type } = loadBalancer(region, required(params, "LoadBalancerArn"));
  const application = type === "application";
  return {
    Attributes: [
      { Key: "deletion_protection.enabled", Value: "false" },
      // Always on for an Application Load Balancer, off for a Network Load Balancer unless somebody changes it.
      { Key: CROSS_ZONE, Value: String(application) },
      ...(application ? [{ Key: "idle_timeout.timeout_seconds", Value: "60" }] : []),
    ],
  };
};

export const loadBalancing: Service = {
  protocol: "query",
  namespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
  version: "2015-12-01",
  unknownOperation: { code: "InvalidAction", status: 400 },
  operations: {
    DescribeTargetHealth,
    DescribeTargetGroups,
    DescribeTargetGroupAttributes,
    ModifyTargetGroupAttributes,
    RegisterTargets,
    DeregisterTargets,
    DescribeLoadBalancers,
    DescribeListeners,
    DescribeLoadBalancerAttributes,
  },
};

function paged<T>(list: string, all: readonly T[], params: Params, answer: (item: T) => Answer): Answer {
  const { items, next } = page(all, whole(params, "PageSize") ?? DEFAULT_PAGE, text(params, "Marker"));
  return { [list]: items.map(answer), NextMarker: next };
}

function loadBalancer(region: RegionApi, arn: string): LoadBalancer {
  const balancer = region.state.loadBalancers.find((b) => b.arn === arn);
  if (!balancer) throw new AwsError("LoadBalancerNotFound", `Load balancer '${arn}' not found`);
  return balancer;
}

const balancersOf = (region: RegionApi, arn: string): string[] =>
  region.state.listeners.filter((l) => l.targetGroupArn === arn).map((l) => l.loadBalancerArn);

/** A target that the group does not know is `unused`, as the API reports it. */
function healthAnswer(target: Target | undefined): Answer {
  if (!target)
    return {
      State: "unused",
      Reason: "Target.NotRegistered",
      Description: "Target is not registered to the target group",
    };
  return { State: target.state, Reason: target.reason };
}

const attributes = (group: TargetGroup): Answer[] => [
  { Key: DELAY, Value: String(group.deregistrationDelay) },
  { Key: "stickiness.enabled", Value: String(group.stickiness) },
  { Key: CROSS_ZONE, Value: String(group.crossZone ?? "use_load_balancer_configuration") },
];

function targetGroupAnswer(region: RegionApi, group: TargetGroup): Answer {
  const check = group.healthCheck;
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: group.protocol,
    Port: group.port,
    VpcId: group.vpcId,
    HealthCheckProtocol: check.protocol,
    HealthCheckPort: check.port,
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: check.intervalSeconds,
    HealthCheckTimeoutSeconds: check.timeoutSeconds,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    HealthCheckPath: check.path,
    Matcher: { HttpCode: check.matcher },
    LoadBalancerArns: balancersOf(region, group.arn),
    TargetType: "instance",
    ProtocolVersion: "HTTP1",
    IpAddressType: "ipv4",
  };
}

const balancerAnswer = (balancer: LoadBalancer): Answer => ({
  LoadBalancerArn: balancer.arn,
  DNSName: balancer.dnsName,
  LoadBalancerName: balancer.name,
  Scheme: balancer.scheme,
  State: { Code: "active" },
  Type: balancer.type,
  AvailabilityZones: balancer.subnetIds.map((SubnetId) => ({ SubnetId })),
  SecurityGroups: balancer.securityGroups,
  IpAddressType: "ipv4",
});

const listenerAnswer = (listener: Listener): Answer => ({
  ListenerArn: listener.arn,
  LoadBalancerArn: listener.loadBalancerArn,
  Port: listener.port,
  Protocol: listener.protocol,
  Certificates: listener.certificateArn === undefined ? undefined : [{ CertificateArn: listener.certificateArn }],
  DefaultActions: [{ Type: "forward", TargetGroupArn: listener.targetGroupArn, Order: 1 }],
});
