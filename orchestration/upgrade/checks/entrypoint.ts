import { acceptable, type Check } from "./check";

/** Users reach whichever node there is, and wait for no more than the build. */
export const ENTRYPOINT_CHECKS: readonly Check[] = [
  acceptable(
    "deregistration-delay",
    "the target group lets a drained node go at once",
    "Lower the target group's deregistration delay (`tfe:deregistrationDelay` where the stack builds it); all of it is outage.",
    ({ policy }, seen) => {
      const { deregistrationDelay: seconds } = seen.fleet.group;
      return seconds <= policy.maxDeregistrationSeconds
        ? undefined
        : `it waits ${seconds} s, and that is outage; a drained node needs no more than about 10`;
    },
  ),
  acceptable(
    "cross-zone",
    "one node answers the requests of every zone",
    "Turn cross-zone load balancing on: with one node the other zones' addresses answer nobody.",
    async ({ ports }) => {
      const { loadBalancers, crossZone } = await ports.entrypoint.describe();
      if (loadBalancers.length === 0) return "no load balancer forwards to the target group";
      return crossZone ? undefined : `${loadBalancers.join(", ")} does not balance across zones`;
    },
  ),
];
