import { healthCheckProblem, type HealthCheckProblem, type HealthPaths } from "../../domain/ahead/healthCheck";
import { packagingAfter } from "../../domain/plan";
import { type Release, releaseLabel } from "../../domain/release";
import { healthPathsOf } from "../../fleet/healthPaths";
import { acceptable, type Check, type Finding, type Looking } from "./check";

/** Users reach whichever node exists, and wait for no more than its build. */
export const ENTRYPOINT_CHECKS: readonly Check[] = [
  acceptable(
    "deregistration-delay",
    "the deregistration delay is short",
    "Lower the target group's deregistration delay (`tfe:deregistrationDelay` if the stack builds it). All of it adds to the outage.",
    ({ policy }, seen) => {
      const { deregistrationDelay: seconds } = seen.fleet.group;
      return seconds <= policy.maxDeregistrationSeconds
        ? undefined
        : `the deregistration delay is ${seconds} s, and all of it adds to the outage; a drained node needs about 10 s`;
    },
  ),
  acceptable(
    "cross-zone",
    "cross-zone load balancing is on",
    "Turn on cross-zone load balancing. With one node, the load balancer's addresses in the other zones do not answer.",
    async ({ ports }) => {
      const { loadBalancers, crossZone } = await ports.entrypoint.describe();
      if (loadBalancers.length === 0) return "no load balancer forwards to the target group";
      return crossZone ? undefined : `cross-zone load balancing of ${loadBalancers.join(", ")} is off`;
    },
  ),
  acceptable(
    "health-path",
    "the target group asks each release where it answers",
    "Change the health check of the target group. Behind another one a healthy node gets no requests, and the outage does not end.",
    healthPath,
  ),
];

async function healthPath({ ports, policy, plan }: Looking): Promise<Finding> {
  const paths: HealthPaths = (release) => healthPathsOf(ports.tfe, release, packagingAfter(plan));
  const from = plan.from.release;
  const hops = plan.hops.map(({ release }) => release);
  if (policy.targetGroup === "built") return changedWithThePin(from, hops, paths);
  const { healthCheck, targetGroupArn } = await ports.entrypoint.describe();
  if (healthCheck.path === undefined) return { held: "the target group asks whether the port is open, and no path" };
  const problem = healthCheckProblem(healthCheck, {
    from,
    hops,
    packaging: packagingAfter(plan) ?? ports.tfe.packaging,
    paths,
  });
  return problem && { failure: problem.failure, remedy: remedyOf(problem, targetGroupArn) };
}

/** The update that starts a release sets the path that it answers on. */
function changedWithThePin(from: Release, hops: readonly Release[], paths: HealthPaths): Finding {
  const [before] = paths(from);
  const changing = hops.find((release) => paths(release)[0] !== before);
  if (changing === undefined) return undefined;
  return {
    held: `the update that starts ${releaseLabel(changing)} sets the health check to ${paths(changing)[0] ?? ""}`,
  };
}

function remedyOf({ path, codes, first }: HealthCheckProblem, targetGroupArn: string): string {
  const change = [
    `aws elbv2 modify-target-group --target-group-arn ${targetGroupArn}`,
    ...(path === undefined ? [] : [`--health-check-path ${path}`]),
    ...(codes === undefined ? [] : [`--matcher HttpCode=${codes}`]),
  ].join(" ");
  if (first === undefined) return `${change}.`;
  if (first === "unknown")
    return `No release answers on both paths. Once the old nodes are terminated, and not before: ${change}.`;
  return `${releaseLabel(first)} answers on both paths. Upgrade to it first, then: ${change}. Then upgrade to the target.`;
}
