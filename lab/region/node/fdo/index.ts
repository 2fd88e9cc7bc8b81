import type { Instance, RegionState } from "../../model";
import { fail, type Invocation, type NodeCommand, type Output, succeed } from "../commands/command";
import type { Resolved } from "../commands/resolved";
import { resumeApplication, restartApplication, stopApplication } from "../life";
import { phaseBegan } from "../phases";
import { bootStopped } from "./files";
import { SETTING_NAMES_SCRIPT, settingNamesScript } from "../replicated/settingNamesScript";
import { runtimeCommand } from "./runtime";
import { SCRIPTS } from "./scripts";

/** Part of the first boot after which the container runtime is there. */
const RUNTIME_AFTER = 0.3;

function hasRuntime(state: RegionState, { node }: Instance): boolean {
  if (node.phase === "booting") return false;
  return node.phase !== "installing" || state.now >= phaseBegan(node) + state.timings.install * RUNTIME_AFTER;
}

/** The command that the words name on a node whose application is a container. */
export function containerNodeCommand(
  state: RegionState,
  instance: Instance,
  name: string,
  args: readonly string[],
): Resolved | undefined {
  const script = Object.hasOwn(SCRIPTS, name) ? SCRIPTS[name] : undefined;
  if (!hasRuntime(state, instance)) return undefined;
  if (script) return { command: script, args };
  // What a node on the other packaging boots from can be read here as well.
  if (name === SETTING_NAMES_SCRIPT) return { command: settingNamesScript, args };
  const { runtime } = instance.node.image ?? {};
  if (runtime !== undefined && name.replace(/^\/usr\/bin\//, "") === runtime) {
    return runtimeCommand(runtime, instance, args);
  }
  return name === "systemctl" ? systemctl(args) : undefined;
}

const UNIT = /^terraform-enterprise(?:\.service)?$/;

const UNIT_COMMANDS: Readonly<Record<string, NodeCommand>> = {
  stop: control(stopApplication),
  start: control(resumeApplication),
  restart: control(restartApplication),
  show: { takes: 50, end: show },
};

/** `show --property=LoadState,ActiveState`: the boot writes the unit when everything else is there. */
function show({ instance }: Invocation): Output {
  const load = instance.node.phase === "installing" || bootStopped(instance) ? "not-found" : "loaded";
  const active = instance.node.container ? "active" : "inactive";
  return succeed(`LoadState=${load}\nActiveState=${active}\n`);
}

/** The unit is started once its containers are up, and stopped once they are down. */
function control(act: (state: Invocation["state"], instance: Instance) => void): NodeCommand {
  return {
    takes: 1500,
    begin: ({ state, instance, args }) => {
      act(state, instance);
      return args.includes("--no-block") || instance.node.phase !== "stopping" ? undefined : { for: "app" };
    },
    end: () => succeed(""),
  };
}

function systemctl(args: readonly string[]): Resolved {
  const [verb = "", unit = ""] = args.filter((word) => !word.startsWith("-"));
  const command = Object.hasOwn(UNIT_COMMANDS, verb) ? UNIT_COMMANDS[verb] : undefined;
  if (command && UNIT.test(unit)) return { command, args };
  const refused = fail(
    command ? 5 : 1,
    command ? `Unit ${unit} could not be found.\n` : `Unknown command verb ${verb}.\n`,
  );
  return { command: { takes: 50, end: () => refused }, args };
}
