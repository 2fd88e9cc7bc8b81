import { inEffect, strike } from "../../faultEffects";
import type { Instance, RegionState } from "../../model";
import { BROKEN_AGENT_DRAIN, BROKEN_HEALTH_CHECK, releaseName, SINCE } from "../../releases";
import { integer } from "../../random";
import { timestamp } from "../../text";
import { drain } from "../life";
import { appRuns, serves } from "../phases";
import { fail, type Invocation, type NodeCommand, option, type Output, succeed } from "../commands/command";
import { healthReport } from "./healthCheck";
import { isSettable } from "./settings";

/** What a script of the container prints when its interpreter breaks. */
const GARBAGE = `Traceback (most recent call last):
  File "/root/health-check", line 41, in <module>
    main()
\u001b[31mKeyError\u001b[0m: 'status'
`;

/** Before v202307-1 the drain gives up waiting after this time, whatever still runs. */
const SHORT_DRAIN = 30_000;
/** The heartbeat of a node that is gone counts this long. */
const HEARTBEAT = 30_000;

const COMMANDS: Readonly<Record<string, NodeCommand>> = {
  "node-drain": { takes: 2000, begin: beginDrain, end: endDrain },
  "health-check": { takes: 4000, end: healthCheck },
  "list-nodes": { takes: 1500, end: listNodes },
  "support-bundle": { takes: 30_000, end: supportBundle },
  "app-config": { takes: 1500, end: appConfig },
};

/** `replicated admin …` and its aliases: they run in a container of the application. */
export function admin(args: readonly string[]): { command: NodeCommand; args: readonly string[] } {
  const at = args.findIndex((word) => !word.startsWith("-"));
  const name = args[at] ?? "";
  const command = COMMANDS[name];
  if (!command) {
    const unknown = fail(1, `Error: unknown admin command "${name}"\n`);
    return { command: { takes: 100, end: () => unknown }, args };
  }
  return { command: { ...command, end: (invocation) => inContainer(invocation, command) }, args: args.slice(at + 1) };
}

function inContainer(invocation: Invocation, command: NodeCommand): Output {
  const { instance } = invocation;
  const output = appRuns(instance) ? command.end(invocation) : fail(1, "Error: the application is not running\n");
  const said = instance.node.configError ?? (habit(instance) === "stray" ? STRAY : undefined);
  const stdout = (said === undefined ? "" : `Error parsing config file: ${said}\n`) + output.stdout;
  return { ...output, stdout: habit(instance) === "crlf" ? stdout.replaceAll("\n", "\r\n") : stdout };
}

const STRAY = "json: cannot unmarshal string into Go struct field Params.ReleaseSequence of type int";

/** Some nodes print a stray line first, some carriage returns; which ones, their ids decide. */
function habit(instance: Instance): "stray" | "crlf" | undefined {
  const digit = Number.parseInt(instance.id.slice(-1), 16) % 4;
  return digit === 1 ? "stray" : digit === 2 ? "crlf" : undefined;
}

function drainWorks({ node }: Instance): boolean {
  return !(BROKEN_AGENT_DRAIN.includes(node.release) && node.settingsInEffect["run_pipeline_mode"] === "agent");
}

function beginDrain({ state, instance }: Invocation) {
  if (!drainWorks(instance)) return undefined;
  drain(state, instance);
  if (instance.node.phase !== "draining") return undefined;
  return instance.node.release < SINCE.drainWaits
    ? ({ for: "drain", atMost: SHORT_DRAIN } as const)
    : ({ for: "drain" } as const);
}

function endDrain({ instance }: Invocation): Output {
  if (!drainWorks(instance)) return fail(1, "Error: node-drain: no worker to stop in agent mode\n");
  if (!serves(instance) || instance.node.phase === "started") return fail(1, "Error: this node is not active\n");
  return succeed(`Draining node ${instance.privateIp}\nNode drain completed\n`);
}

function healthCheck({ state, instance }: Invocation): Output {
  const [garbled] = inEffect(state, "health-garbage", instance.id);
  if (garbled) {
    strike(state, garbled.fault, `${instance.id} answered health-check with garbage`);
    return succeed(GARBAGE);
  }
  if (BROKEN_HEALTH_CHECK.includes(instance.node.release)) return fail(127, "sh: /root/ptfe-health-check: not found\n");
  return healthReport(instance);
}

/** Addresses of the nodes whose heartbeat is not older than half a minute. */
function listNodes({ state, instance }: Invocation): Output {
  if (instance.node.release < SINCE.listNodes) return fail(1, 'Error: unknown admin command "list-nodes"\n');
  return succeed(`${JSON.stringify(activeNodes(state).map((node) => node.privateIp))}\n`);
}

function activeNodes(state: RegionState): readonly Instance[] {
  return state.instances.filter((instance) => {
    if (serves(instance)) return true;
    const { history } = instance.node;
    const served = history.findLastIndex(({ phase }) => ["started", "draining", "drained"].includes(phase));
    const left = history[served + 1];
    return served >= 0 && left !== undefined && state.now - left.at < HEARTBEAT;
  });
}

/** Every node's bundle goes to the bucket of the state files, all under the time at which the command was given. */
function supportBundle({ state, instance, exec }: Invocation): Output {
  const name = instance.node.settings["s3_bucket"] ?? "";
  const bucket = state.buckets[name];
  if (!bucket) return fail(1, `Error: NoSuchBucket: The specified bucket does not exist: ${name}\n`);
  const job = timestamp(exec.startedAt);
  for (const node of state.instances.filter((other) => other === instance || serves(other))) {
    const key = `support-bundles/${job}/${node.privateIp}/replicated-support${integer(state, 100_000_000, 999_999_999)}.tar.gz`;
    bucket[key] = {
      body: `support bundle of ${node.id}, ${releaseName(node.node.release) ?? ""}\n`,
      etag: `"${String(integer(state, 0, 0xffffffff)).padStart(10, "0")}"`,
      lastModified: state.now,
    };
  }
  return succeed(`Support bundles will be uploaded to support-bundles/${job}\n`);
}

function appConfig({ instance, args }: Invocation): Output {
  const key = option(args, "-k");
  const value = option(args, "-v");
  if (key === undefined || value === undefined) return fail(1, "Error: both -k and -v are required\n");
  if (!isSettable(key)) return fail(1, `Error: ${key} is not a setting of the application\n`);
  instance.node.settings[key] = value;
  return succeed(
    `${key} is set. Restart the application on each node for it to take effect: replicatedctl app restart\n`,
  );
}
