import { acceptable, type Check } from "./check";

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
];
