import type { Instance, NodePhase } from "../../model";
import { restartApplication, resumeApplication, stopApplication } from "../life";
import { phaseBegan } from "../phases";
import { licenceExpiry } from "../userData";
import { fail, type Invocation, type NodeCommand, option, succeed } from "../commands/command";
import { replicatedIsReady } from "./phases";
import { isSettable, SETTING_DEFAULTS, SETTING_NAMES } from "./settings";

const APP_ID = "218b78fa2bd6f0044c6a1010a51d5852";

const COMMANDS: Readonly<Record<string, NodeCommand>> = {
  "app status": { takes: 800, end: appStatus },
  "app stop": control(stopApplication),
  "app start": control(resumeApplication),
  "app restart": control(restartApplication),
  "app-config export": { takes: 800, end: exportSettings },
  "app-config set": { takes: 800, end: setSetting },
  "system status": { takes: 500, end: systemStatus },
  "license inspect": { takes: 600, end: inspectLicense },
};

export function replicatedctl(args: readonly string[]): { command: NodeCommand; args: readonly string[] } {
  const words = args.filter((word) => !word.startsWith("-"));
  const command = COMMANDS[words.slice(0, 2).join(" ")];
  if (command) return { command, args: args.slice(2) };
  const unknown = fail(1, `Error: unknown command "${words.join(" ")}" for "replicatedctl"\n`);
  return { command: { takes: 100, end: () => unknown }, args };
}

const STATES: Readonly<Record<NodePhase, string>> = {
  booting: "stopped",
  installing: "stopped",
  prepared: "stopped",
  migrating: "starting",
  starting: "starting",
  started: "started",
  draining: "started",
  drained: "started",
  stopping: "stopping",
  stopped: "stopped",
  failed: "stopped",
};

/** An array of one; of none while nothing is installed. */
function appStatus({ instance }: Invocation) {
  const { node } = instance;
  if (!replicatedIsReady(instance)) return succeed("[]\n");
  const state = STATES[node.phase];
  const status = {
    AppID: APP_ID,
    Sequence: node.release,
    PatchSequence: 0,
    State: state,
    DesiredState: node.desired,
    ...(node.error === undefined ? {} : { Error: node.error }),
    IsCancellable: false,
    IsTransitioning: state === "starting" || state === "stopping",
    LastModifiedAt: new Date(phaseBegan(node)).toISOString().replace("Z", "385151Z"),
  };
  return succeed(`${JSON.stringify([status], undefined, 4)}\n`);
}

/** `stop`, `start` and `restart` come back at once; with `--attach` at the end of the transition. */
function control(act: (state: Invocation["state"], instance: Invocation["instance"]) => void): NodeCommand {
  return {
    takes: 1000,
    begin: ({ state, instance, args }) => {
      act(state, instance);
      return args.includes("-a") || args.includes("--attach") ? { for: "app" } : undefined;
    },
    end: () => succeed(""),
  };
}

function exportSettings({ instance }: Invocation) {
  return succeed(`${JSON.stringify(exportedSettings(instance))}\n`);
}

/** Every setting, those that nobody set with what the application has for them, or without a value. */
export function exportedSettings({ node }: Instance): Readonly<Record<string, { readonly value?: string }>> {
  const { settings } = node;
  const names = [...new Set([...SETTING_NAMES, ...Object.keys(settings)])].sort();
  const exported = names.map((name) => {
    const value = settings[name] ?? SETTING_DEFAULTS[name];
    return [name, value === undefined ? {} : { value }] as const;
  });
  return Object.fromEntries(exported);
}

function setSetting({ instance, args }: Invocation) {
  const [name = ""] = args;
  if (!isSettable(name)) return fail(1, `Error: config item "${name}" not found\n`);
  instance.node.settings[name] = option(args, "--value") ?? "";
  return succeed("");
}

function systemStatus({ instance }: Invocation) {
  const word = replicatedIsReady(instance) ? "ready" : "initializing";
  return succeed(`${JSON.stringify({ Replicated: word, Retraced: word })}\n`);
}

/** The lab's licence is a text that says when it expires; the node's script names its secret. */
function inspectLicense({ state, instance }: Invocation) {
  const expires = licenceExpiry(state, instance);
  const license = {
    ID: "c3a2f5e0b7d94d0f8f6e1a2b3c4d5e6f",
    LegacyChannelName: "Stable",
    ExpirationTime: expires ?? null,
    ExpirationPolicy: "ignore",
    IsExpired: expires !== undefined && Date.parse(expires) <= state.now,
    Fields: [],
  };
  return succeed(`${JSON.stringify([license])}\n`);
}
