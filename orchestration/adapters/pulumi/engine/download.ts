import type * as automation from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import { lazily } from "../../machine/lazy";
import { ENGINE_VERSION } from "./version";

/** The vendor's download host. Its install script, which the Automation API runs, lives here. */
export const DOWNLOAD_HOST = "get.pulumi.com";

const REACH_TIMEOUT_MS = 4_000;
const INSTALL_TIMEOUT_MS = 10 * 60_000;

export interface Download {
  /** Whether the download is worth trying. Answers within seconds, so that a blocked host costs no time. */
  readonly reachable: () => Promise<boolean>;
  /** Installs the pinned engine into an empty folder. Rejects when that fails or takes too long. */
  readonly install: (root: string) => Promise<void>;
}

/** The download as the vendor offers it. */
export const vendorDownload: Download = {
  reachable: () => answers(`https://${DOWNLOAD_HOST}/install.sh`, REACH_TIMEOUT_MS),
  async install(root) {
    const { PulumiCommand } = lazily("@pulumi/pulumi/automation") as typeof automation;
    const version = new SemVer(ENGINE_VERSION);
    await withinTime(PulumiCommand.install({ root, version }), INSTALL_TIMEOUT_MS);
  },
};

/** Whether there is something at the address, asked without fetching it; no answer within `ms` is a no. */
export async function answers(url: string, ms: number): Promise<boolean> {
  try {
    const answer = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(ms) });
    return answer.ok;
  } catch {
    return false;
  }
}

/** The installation takes no signal, so one that hangs is abandoned: nothing uses what it still writes. */
async function withinTime(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not finished within ${ms / 60_000} minutes`)), ms);
  });
  try {
    await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
