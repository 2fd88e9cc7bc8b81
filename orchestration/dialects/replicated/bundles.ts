import type { BundleFacts } from "../../ports/tfe";

const FOLDER = "support-bundles";

/** Where the application puts bundles: `support-bundles/<JobID>/<address>/replicated-support….tar.gz` (vendor's page). */
export const BUNDLES: BundleFacts = {
  folder: FOLDER,
  partsOf(key) {
    const [folder, jobId = "", address] = key.split("/");
    return folder === FOLDER && jobId !== "" ? { jobId, address } : undefined;
  },
};
