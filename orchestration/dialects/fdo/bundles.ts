import type { BundleFacts } from "../../ports/tfe";

const FOLDER = "support-bundles";

/**
 * A bundle's key, as the application makes it. Whoever may write to the bucket may put other keys beside it: one that only looks like a
 * bundle's is none.
 */
const KEY =
  /^support-bundles\/(\d[\dTZ:.+-]{0,40})\/([0-9a-f]{12,64})\/[0-9a-f]{12,64}-support-bundle-[\w.:+-]{1,60}\.tar\.gz$/;

/** A node is known by its container; ids are compared by as much of them as a node shows of itself. */
export const nodeName = (containerId: string): string => containerId.slice(0, 12);

/** Where the application puts bundles: `support-bundles/<time>/<node>/<node>-support-bundle-<time>.tar.gz` (vendor's page). */
export const BUNDLES: BundleFacts = {
  folder: FOLDER,
  partsOf(key) {
    const [, jobId, node] = KEY.exec(key) ?? [];
    return jobId === undefined || node === undefined ? undefined : { jobId, node: nodeName(node) };
  },
};
