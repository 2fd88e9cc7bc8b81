import type { Instance, RegionState } from "../../model";
import { hasReplicated } from "../phases";
import { admin } from "./admin";
import { type NodeCommand, notFound } from "./command";
import { replicatedctl } from "./replicatedctl";
import { SYSTEM_COMMANDS } from "./system";

/** The command that the words name, and the words that are left for it. */
export function commandFor(
  state: RegionState,
  instance: Instance,
  argv: readonly string[],
): { command: NodeCommand; args: readonly string[] } {
  const [path = "", ...args] = argv;
  const name = path.replace(/^\/usr\/local\/bin\//, "").replace(/^(?:\/usr)?\/bin\//, "");
  const system = Object.hasOwn(SYSTEM_COMMANDS, name) ? SYSTEM_COMMANDS[name] : undefined;
  if (system) return { command: system, args };
  if (!hasReplicated(state, instance)) return { command: notFound(path), args };
  if (name === "replicatedctl") return replicatedctl(args);
  if (name === "tfe-admin" || name === "ptfe-admin") return admin(args);
  if (name === "replicated" && args.includes("admin")) return admin(args.filter((word) => word !== "admin"));
  return { command: notFound(path), args };
}
