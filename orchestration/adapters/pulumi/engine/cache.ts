import { homedir } from "node:os";
import { join } from "node:path";
import { ENGINE_VERSION } from "./version";

/** What decides where the cache is and which engine fits: the environment and the machine. */
export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** As `process.arch` has it. */
  readonly arch: string;
}

/** The user's cache for engines: `$XDG_CACHE_HOME` where set, else the platform's own place. */
export function engineCache({ env, platform }: Machine): string {
  const home = env["HOME"] ?? homedir();
  const platformCache = platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
  // The XDG specification has relative paths ignored.
  const configured = env["XDG_CACHE_HOME"];
  const base = configured?.startsWith("/") ? configured : platformCache;
  return join(base, "tfe-repave", "engine");
}

/** Where the engine of this version and machine belongs, whether it exists or not. */
export function engineRoot(machine: Machine): string {
  return join(engineCache(machine), `${ENGINE_VERSION}-${machine.platform}-${machine.arch}`);
}

/** The command line interface within an engine's root: where the Automation API looks for it. */
export function engineExecutable(root: string): string {
  return join(root, "bin", "pulumi");
}
