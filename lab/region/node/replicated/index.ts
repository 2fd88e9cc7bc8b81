import { notFound, type NodeCommand } from "../commands/command";
import { admin } from "./admin";
import { replicatedctl } from "./replicatedctl";

export interface Resolved {
  readonly command: NodeCommand;
  /** The words that are left for it. */
  readonly args: readonly string[];
}

/** The command of Replicated's that the words name: `replicatedctl`, `replicated admin` and its aliases. */
export function replicatedCommand(name: string, args: readonly string[]): Resolved {
  if (name === "replicatedctl") return replicatedctl(args);
  if (name === "tfe-admin" || name === "ptfe-admin") return admin(args);
  if (name === "replicated" && args.includes("admin")) return admin(args.filter((word) => word !== "admin"));
  return { command: notFound(name), args };
}
