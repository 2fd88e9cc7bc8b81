import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SemVer, parse } from "semver";

/** The engine that is downloaded or built, and so the one the cache holds. `go/cli/go.mod` pins the same. */
export const ENGINE_VERSION = "3.259.0";

/** Oldest engine that is taken from PATH. */
export const MINIMUM_VERSION = "3.205.0";

/** How long `pulumi version` may take (ms): it reads nothing from the network when told not to look for updates. */
const ANSWER_TIMEOUT_MS = 15_000;

/** What `pulumi version` printed, as a version; undefined where it is none. */
export function parseVersion(printed: string): SemVer | undefined {
  return parse(printed.trim()) ?? undefined;
}

/** Whether the Automation API of this project may drive that engine: new enough, and of the same major version. */
export function newEnough(version: SemVer): boolean {
  const minimum = new SemVer(MINIMUM_VERSION);
  return version.major === minimum.major && version.compareMain(minimum) >= 0;
}

/** Asks the executable for its version; undefined where it cannot be run or answers something else. */
export async function versionOf(executable: string, env: NodeJS.ProcessEnv): Promise<SemVer | undefined> {
  try {
    const { stdout } = await promisify(execFile)(executable, ["version"], {
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeout: ANSWER_TIMEOUT_MS,
    });
    return parseVersion(stdout);
  } catch {
    return undefined;
  }
}
