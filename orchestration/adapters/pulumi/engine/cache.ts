import { join } from "node:path";
import { userCache } from "../../machine/userCache";
import { ENGINE_VERSION } from "./version";

/** What decides where the cache is and which engine fits: the environment and the machine. */
export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** As `process.arch` has it. */
  readonly arch: string;
}

/** The user's cache for engines. */
export const engineCache = ({ env, platform }: Machine): string => join(userCache(env, platform), "engine");

/** Where the engine of this version and machine belongs, whether it exists or not. */
export function engineRoot(machine: Machine): string {
  return join(engineCache(machine), `${ENGINE_VERSION}-${machine.platform}-${machine.arch}`);
}

/** The command line interface within an engine's root: where the Automation API looks for it. */
export function engineExecutable(root: string): string {
  return join(root, "bin", "pulumi");
}
