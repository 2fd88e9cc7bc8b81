import { conditions } from "../../domain/health";
import { packagingName, releaseLabel } from "../../domain/release";
import { address } from "../../fleet/sight";
import { acceptable, check, everyNode, type Check } from "./check";

/** Every node can be repaved, by its own answers. */
export const NODE_CHECKS: readonly Check[] = [
  check(
    "one-release",
    "all nodes run the same release",
    "Finish the half-done upgrade before you start another.",
    (_, seen) => {
      const packagings = new Set(seen.nodes.flatMap(({ instance }) => instance.packaging ?? []));
      if (packagings.size > 1) return `found nodes with ${[...packagings].map(packagingName).join(" and with ")}`;
      const releases = [...new Set(seen.nodes.map((node) => node.release))];
      return releases.length === 1 && releases[0] !== undefined
        ? undefined
        : `found ${releases.map((r) => (r === undefined ? "unknown" : releaseLabel(r))).join(" and ") || "no node"}`;
    },
  ),
  acceptable("healthy", "every node is healthy", "Fix the node. `health` shows each condition.", ({ plan }, seen) =>
    everyNode(seen, (node) => {
      const reds = conditions(node, plan.from.release).filter((o) => !o.held);
      return reds.length === 0 ? undefined : reds.map((o) => `${o.condition}: ${o.observed}`).join(", ");
    }),
  ),
  acceptable(
    "licence",
    "the licence is valid",
    "Renew the licence first. An expired licence can make the installation fail.",
    ({ ports, policy }, seen) =>
      everyNode(seen, async ({ instance }) => {
        const expiry = await ports.tfe.licenceEnds(address(instance));
        const left = expiry === undefined ? Infinity : expiry - ports.clock.now();
        return left >= policy.minLicenceMs ? undefined : `the licence ends ${new Date(expiry ?? 0).toISOString()}`;
      }),
  ),
  acceptable(
    "disk",
    "every node has enough free disk space",
    "Free space on the node, or use a larger volume (`tfe:rootVolumeGb`).",
    ({ ports, policy }, seen) =>
      everyNode(seen, async ({ instance }) => {
        const free = await ports.tfe.diskFree(address(instance));
        return free >= policy.minDiskBytes ? undefined : `${Math.floor(free / 1024 ** 3)} GiB free`;
      }),
  ),
  check(
    "work-visible",
    "running jobs can be counted on every node",
    "Fix the node. A node whose jobs cannot be counted cannot be proven drained.",
    ({ ports }, seen) =>
      everyNode(seen, async ({ instance }) => {
        await ports.tfe.activeWork(address(instance));
        return undefined;
      }),
  ),
  acceptable(
    "work-known",
    "everything that runs on the nodes is known",
    "Set `tfe:workerImages` to the images that execute runs; then nothing else is counted. While it counts as a job, a node with it is never drained.",
    ({ ports }, seen) =>
      everyNode(seen, async ({ instance }) => {
        const unknown = await ports.tfe.unknownWork(address(instance));
        return unknown.length === 0 ? undefined : `${unknown.join(", ")} counts as a job: its image is not known`;
      }),
  ),
];
