import { check, type Check } from "./check";

/** A node of the new build can be launched. */
export const LAUNCH_CHECKS: readonly Check[] = [
  check("image", "the image can be launched", "Give an image that exists in this region.", async ({ ports, plan }) => {
    const problems = await Promise.all(
      [...new Set(plan.hops.map((hop) => hop.image))].map((id) => ports.fleet.imageProblem(id)),
    );
    return problems.filter((problem) => problem !== undefined).join("; ") || undefined;
  }),
];
