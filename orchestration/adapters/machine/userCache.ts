import { homedir } from "node:os";
import { join } from "node:path";

/** This project's folder in the user's cache: below `$XDG_CACHE_HOME` where set, else in the platform's own place. */
export function userCache(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const home = env["HOME"] ?? homedir();
  const platformCache = platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
  // The XDG specification has relative paths ignored.
  const configured = env["XDG_CACHE_HOME"];
  const base = configured?.startsWith("/") ? configured : platformCache;
  return join(base, "tfe-repave");
}
