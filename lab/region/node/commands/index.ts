import type { Instance, RegionState } from "../../model";
import { containerNodeCommand } from "../fdo";
import { replicatedCommand } from "../replicated";
import { notFound } from "./command";
import { PREPARED_SCRIPT, preparedScript, startUnit } from "./halves";
import type { Resolved } from "./resolved";
import { RETIRE_SCRIPT, retireScript } from "./retire";
import { SYSTEM_COMMANDS } from "./system";

/** The command that the words name, and the words that are left for it. */
export function commandFor(state: RegionState, instance: Instance, argv: readonly string[]): Resolved {
  const [path = "", ...args] = argv;
  const name = path.replace(/^\/usr\/local\/bin\//, "").replace(/^(?:\/usr)?\/bin\//, "");
  const system = Object.hasOwn(SYSTEM_COMMANDS, name) ? SYSTEM_COMMANDS[name] : undefined;
  if (system) return { command: system, args };
  if (name === RETIRE_SCRIPT) return { command: retireScript, args };
  if (name === PREPARED_SCRIPT) return { command: preparedScript, args };
  const start = name === "systemctl" ? startUnit(args) : undefined;
  if (start) return { command: start, args };
  const onNode = instance.node.image ? containerNodeCommand : replicatedCommand;
  return onNode(state, instance, name, args) ?? { command: notFound(path), args };
}
