import { RepaveError } from "../../domain/errors";
import type { Demand, InstanceTypeFacts } from "../../ports/account/launchMarket";
import type { FleetSeen } from "../../fleet/observe";
import { bootProofOf } from "../bootsFrom";
import { acceptable, check, type Check, type CheckContext, type Finding } from "./check";

/** A node of the new build can be launched, as far as AWS can tell in advance. */
export const LAUNCH_CHECKS: readonly Check[] = [
  check("image", "the image can be launched", "Use an image that exists in this region.", async (ctx) => {
    const problems = await Promise.all(images(ctx).map((id) => ctx.ports.fleet.imageProblem(id)));
    return problems.filter((problem) => problem !== undefined).join("; ") || undefined;
  }),
  check(
    "image-architecture",
    "the image fits the processor of the instance type",
    "Use an image of the other architecture, or change `tfe:instanceType` with `pulumi up` first.",
    async (ctx, seen) => {
      const none = elsewhere(seen);
      if (none) return none;
      const { demand, facts } = await wanted(ctx);
      // A missing image is the other check's result.
      const known = [...(await ctx.ports.images.describe(images(ctx))).values()];
      const unfit = known.filter(({ architecture: a }) => a !== "" && !facts.architectures.includes(a));
      if (unfit.length === 0) return undefined;
      const named = unfit.map(({ id, architecture }) => `${id} is ${architecture}`).join(", ");
      return `${named}, ${demand.instanceType} takes ${facts.architectures.join(" or ")}`;
    },
  ),
  acceptable(
    "instance-type",
    "the instance type is offered in every zone of the group",
    "Choose zones that offer it, or another type. AWS does not report whether a zone has capacity at the moment.",
    async (ctx, seen) => {
      const none = elsewhere(seen);
      if (none) return none;
      const { demand, facts } = await wanted(ctx);
      const without = demand.zones.filter((zone) => !facts.zones.includes(zone));
      return without.length === 0 ? undefined : `${demand.instanceType} is not offered in ${without.join(", ")}`;
    },
  ),
  acceptable(
    "vcpu-quota",
    "the vCPU quota of the account is sufficient for every node",
    "Request a higher quota of running On-Demand instances in Service Quotas, or stop instances that use it.",
    async (ctx, seen) => {
      const none = elsewhere(seen);
      if (none) return none;
      const { demand, facts } = await wanted(ctx);
      const quota = await ctx.ports.launchMarket.vcpuQuota(demand.instanceType);
      if (!quota) return `the quota that ${demand.instanceType} counts against is not known: check Service Quotas`;
      const needed = facts.vcpus * ctx.plan.nodeCount;
      const used = `${ctx.plan.nodeCount} nodes need ${needed}, others use ${quota.usedByOthers} of ${quota.limit}`;
      return needed + quota.usedByOthers <= quota.limit ? { held: `vCPUs: ${used}` } : used;
    },
  ),
  acceptable(
    "boot-digests",
    "what a node runs as root at boot is compared with a digest",
    "Set the keys that are named (`sha256sum FILE` prints the value), and run `pulumi up` or the upgrade.",
    (ctx) => {
      const { missingDigests, sources } = bootProofOf(ctx);
      if (missingDigests.length > 0) return `not set: ${missingDigests.map((key) => `tfe:${key}`).join(", ")}`;
      const unpinned = sources.filter(({ sha256 }) => sha256 === undefined);
      if (unpinned.length === 0) return undefined;
      const [urls, keys] = [unpinned.map(({ url }) => url), unpinned.map(({ digestKey }) => `tfe:${digestKey}`)];
      return {
        skipped: `not compared: a new node runs, as root, whatever ${urls.join(" and ")} serves at its boot. To have it compared, set ${keys.join(" and ")}`,
      };
    },
  ),
];

/** The result where the group launches something else than the stack's template: that is `pinned`'s failure. */
const elsewhere = ({ fleet }: FleetSeen): Finding =>
  fleet.group.launches.from === "template"
    ? undefined
    : { skipped: "not checked: the group does not launch by the stack's template (`pinned`)" };

const images = ({ plan }: CheckContext): readonly string[] => [...new Set(plan.hops.map((hop) => hop.image))];

async function wanted({
  ports,
}: CheckContext): Promise<{ readonly demand: Demand; readonly facts: InstanceTypeFacts }> {
  const demand = await ports.launchMarket.demand();
  const facts = await ports.launchMarket.instanceType(demand.instanceType);
  if (facts) return { demand, facts };
  throw new RepaveError("AWS_REFUSED", `instance type ${demand.instanceType} does not exist in this region`);
}
