import type { BundleFacts } from "../../ports/tfe";

const FOLDER = "support-bundles";

/**
 * A bundle's key, as the application makes it. Whoever may write to the bucket, every node among them, may put other keys beside it:
 * one that only looks like a bundle's is none.
 */
const KEY = /^support-bundles\/(\d[\dTZ:.+-]{0,40})\/(\d{1,3}(?:\.\d{1,3}){3})\/\w[\w.-]{0,100}\.tar\.gz$/;

/** Where the application puts bundles: `support-bundles/<JobID>/<address>/replicated-support….tar.gz` (vendor's page). */
export const BUNDLES: BundleFacts = {
  folder: FOLDER,
  partsOf(key) {
    const [, jobId, node] = KEY.exec(key) ?? [];
    return jobId === undefined || node === undefined ? undefined : { jobId, node };
  },
};
