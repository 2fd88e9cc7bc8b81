import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SemVer, parse } from "semver";
import { childVariables } from "../../../../infra/childVariables";

/** The engine that is built. `go/cli/go.mod` pins the same. */
export const ENGINE_VERSION = "3.259.0";

/**
 * The engine that is downloaded: the newest whose digests are published (for Linux in two places, for macOS in one). It takes the
 * place of the built one, and names its version itself.
 */
export const DOWNLOAD_VERSION = "3.250.0";

/**
 * SHA-256 of its release archives, by platform and architecture. From nixpkgs (pkgs/by-name/pu/pulumi-bin/data.nix at 3.250.0), whose
 * builds compare them; those for Linux are the same in a second repository. For any other machine nothing is downloaded.
 */
export const DIGESTS: Readonly<Record<string, string>> = {
  "darwin-arm64": "dbd289ce3069cf567683252082e226aef533775f546df7286f64f3f36f5fda28",
  "linux-arm64": "deb4bf0d05b4cbaf3adcf82ffa44039ad0ebf039e33338ead8136877a437b4e5",
  "linux-x64": "8916fd36ccc96adbd45ca679194b685e3b767d94502ae05610878a6d9870b8f3",
};

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
      env: { ...childVariables(env, ["person"]), PULUMI_HOME: env["PULUMI_HOME"], PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeout: ANSWER_TIMEOUT_MS,
    });
    return parseVersion(stdout);
  } catch {
    return undefined;
  }
}
