import { inEffect, strike } from "../../faultEffects";
import type { Instance, RegionState } from "../../model";
import { releaseName } from "../../releases";
import { integer } from "../../random";
import { timestamp } from "../../text";
import { drain } from "../life";
import { serves } from "../phases";
import { licenceExpiry } from "../userData";
import { fail, type Invocation, type NodeCommand, type Output, succeed } from "../commands/command";
import type { Resolved } from "../commands/resolved";
import { CHECKS, nodeId, readinessOf } from "./answers";
import { secretVariables } from "./environment";
import { databaseProblem } from "./startupChecks";
import { SINCE } from "./versions";

const COMMANDS: Readonly<Record<string, NodeCommand & { readonly since?: number }>> = {
  "app version": {
    takes: 700,
    since: SINCE.versionCommand,
    end: ({ instance }) => succeed(`${versionOf(instance)}\n`),
  },
  "app license": { takes: 900, end: license },
  "app status": { takes: 1500, end: appStatus },
  "app health readiness": { takes: 1500, since: SINCE.readiness, end: readiness },
  "app diagnostics": { takes: 3000, since: SINCE.diagnostics, end: diagnostics },
  "app config": { takes: 900, end: config },
  "node list": { takes: 1200, end: listNodes },
  "node drain": { takes: 2000, begin: beginDrain, end: () => succeed(DRAINING) },
  "support bundle": { takes: 30_000, end: supportBundle },
};

const DRAINING = `Starting node drain activity. This process runs in the background. Please monitor its progress before proceeding with a complete application shutdown.
Node drain completed successfully: Triggering sidekiq stop
Sidekiq has been stopped.
Stopping task worker.
Terminate signal sent to task worker, it will now begin graceful shutdown
`;

/** `tfectl …` in the application's container. */
export function tfectl(args: readonly string[]): Resolved {
  const words = args.filter((word) => !word.startsWith("-"));
  const name = [3, 2].map((count) => words.slice(0, count).join(" ")).find((each) => Object.hasOwn(COMMANDS, each));
  const unknown = fail(1, `Error: unknown command "${words.join(" ")}" for "tfectl"\n`);
  const command = name === undefined ? undefined : COMMANDS[name];
  if (!command) return { command: { takes: 100, end: () => unknown }, args };
  const { since = 0 } = command;
  return {
    command: {
      ...command,
      end: (invocation) => (invocation.instance.node.release < since ? unknown : command.end(invocation)),
    },
    args: args.slice(name?.split(" ").length),
  };
}

const versionOf = ({ node }: Instance): string => releaseName(node.release) ?? "";

const NOT_UP = fail(1, "Error: the application is not ready\n");

function license({ state, instance }: Invocation): Output {
  const expires = licenceExpiry(state, instance);
  return succeed(
    `License ID: c3a2f5e0-b7d9-4d0f-8f6e-1a2b3c4d5e6f\nExpiration Time: ${expires ?? ""}\nTerminated: false\n`,
  );
}

/** Its exit status says whether the application is up. */
function appStatus({ instance }: Invocation): Output {
  const lines = readinessOf(instance).checks.map(({ check, status }) => `${check.padEnd(13)}${status}\n`);
  return { exitCode: serves(instance) ? 0 : 1, stdout: lines.join(""), stderr: "" };
}

function readiness({ instance, args }: Invocation): Output {
  const found = readinessOf(instance);
  const checks = found.checks.map(({ check, status }) => `${check.padEnd(13)}${status}\n`).join("");
  const text = `Node: ${found.node}\nStatus: ${found.status}\n\nChecks:\n${checks}`;
  const stdout = args.includes("--json") ? `${JSON.stringify(found)}\n` : text;
  return { exitCode: found.status === "OK" ? 0 : 1, stdout, stderr: "" };
}

const GARBAGE = "panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV]\n";

function diagnostics({ state, instance, args }: Invocation): Output {
  const [garbled] = inEffect(state, "health-garbage", instance.id);
  if (garbled) {
    strike(state, garbled.fault, `${instance.id} answered diagnostics with garbage`);
    return succeed(GARBAGE);
  }
  if (!serves(instance)) return NOT_UP;
  const problem = databaseProblem(state, instance.node.release);
  const groups = [...CHECKS, "license", "tls"].map((group) => {
    const status = group === "database" && problem !== undefined ? "ERROR" : "OK";
    const error = status === "ERROR" ? { error: problem } : {};
    return { group, status, checks: [{ name: "general", status, ...error }] };
  });
  const status = problem === undefined ? "OK" : "ERROR";
  if (args.includes("--json")) {
    const of = { node: nodeId(instance), status, created_at: timestamp(state.now), duration: 0.7, checks: groups };
    return succeed(`${JSON.stringify([of])}\n`);
  }
  const lines = groups.map((each) => `${each.status === "OK" ? "✓" : "✗"} ${each.group}\n`).join("");
  const failed = problem === undefined ? 0 : 1;
  const summary = `Status: ${status} | Time: 0.7s | Checks: ${groups.length - failed} Passed, 0 Warning, ${failed} Failed\n`;
  return succeed(`---\n${lines}${summary}`);
}

/** The settings that the process has; secret ones are not shown. */
function config({ instance }: Invocation): Output {
  const { settingsInEffect } = instance.node;
  const secrets = new Set(secretVariables(settingsInEffect).map(([name]) => name));
  const shown = Object.entries(settingsInEffect).map(([name, value]) => {
    const key = name.replace(/^TFE_/, "").toLowerCase();
    return [key, secrets.has(name) ? "<redacted>" : value] as const;
  });
  return succeed(`${JSON.stringify(Object.fromEntries(shown), undefined, 2)}\n`);
}

/** The heartbeat of a node that is gone counts this long. */
const HEARTBEAT = 30_000;

function listNodes({ state }: Invocation): Output {
  const active = state.instances
    .filter(({ node }) => node.container !== undefined)
    .filter((each) => isActive(state, each));
  return succeed(active.length === 0 ? "No active nodes\n" : active.map((each) => `${nodeId(each)}\n`).join(""));
}

function isActive(state: RegionState, instance: Instance): boolean {
  if (serves(instance)) return true;
  const { history } = instance.node;
  const served = history.findLastIndex(({ phase }) => ["started", "draining", "drained"].includes(phase));
  const left = history[served + 1];
  return served >= 0 && left !== undefined && state.now - left.at < HEARTBEAT;
}

/** Sidekiq stops at once; the task worker finishes its runs. Whether the command waits for them, its release decides. */
function beginDrain({ state, instance, args }: Invocation) {
  const { release } = instance.node;
  const [unheard] = inEffect(state, "drain-unheard", instance.id);
  if (unheard) {
    strike(state, unheard.fault, `the task worker of ${instance.id} got no signal`);
    return undefined;
  }
  // It waits for its own node alone.
  const others = args.includes("--all") ? state.instances.filter(({ node }) => node.container !== undefined) : [];
  for (const each of [instance, ...others]) drain(state, each);
  const waits = release >= SINCE.drainWaits && release < SINCE.drainReturns;
  return waits && instance.node.phase === "draining" ? ({ for: "drain" } as const) : undefined;
}

/** One bundle of this node, or one of each, goes to the bucket of the state files, under the time at which the command was given. */
function supportBundle({ state, instance, exec, args }: Invocation): Output {
  const name = instance.node.settingsInEffect["TFE_OBJECT_STORAGE_S3_BUCKET"] ?? "";
  const bucket = state.buckets[name];
  if (!bucket) return fail(1, `Error: NoSuchBucket: The specified bucket does not exist: ${name}\n`);
  const job = timestamp(exec.startedAt);
  const all = args.includes("--all");
  for (const node of state.instances.filter((other) => other === instance || (all && serves(other)))) {
    const id = nodeId(node);
    const key = `support-bundles/${job}/${id}/${id}-support-bundle-${integer(state, 100_000_000, 999_999_999)}.tar.gz`;
    bucket[key] = {
      body: `support bundle of ${node.id}, ${versionOf(node)}\n`,
      etag: `"${String(integer(state, 0, 0xffffffff)).padStart(10, "0")}"`,
      lastModified: state.now,
    };
  }
  return succeed(`Support bundle uploaded to support-bundles/${job}/\n`);
}
