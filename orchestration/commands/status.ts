import { Option } from "commander";
import type { LeaseRecord } from "../../infra/contract";
import { answer } from "../adapters/reporters/schema/answers";
import { serveCommand, type ServeOptions } from "./serveStatus";
import { RepaveError } from "../domain/errors";
import { fold } from "../domain/journal";
import { stepLabel } from "../domain/labels";
import { target } from "../domain/plan";
import { type Release, releaseLabel, shortName } from "../domain/release";
import { chosen } from "../operations/choice";
import { leftByOperation } from "../operations/fence";
import { observeFleet } from "../fleet/observe";
import { findUnfinished } from "../run/unfinished";
import type { Target } from "../wiring/target";
import { onTarget } from "./onTarget";
import type { Io } from "./io";
import type { NodeOptions } from "./operation";
import { onNodes } from "./options";
import { examples, type Verb } from "./verb";
import { looking, type Look, type WatchOptions } from "./watching";

export type StatusOptions = NodeOptions & WatchOptions;

/** Runs `status`: shows the fleet, the stack, and any unfinished run. Resolves to 0 when they could be read. */
export async function statusCommand(options: StatusOptions, io: Io): Promise<number> {
  return onTarget(options, io, async (target) => {
    return await looking(options, io, () => lookAtStack(target, options.node));
  });
}

async function lookAtStack(stack: Target, ids: readonly string[] | undefined): Promise<Look> {
  const { ports, stackName, journals } = stack;
  const { outputs, fleet, nodes: all } = await observeFleet(ports);
  const nodes = ids === undefined ? all : chosen({ nodes: all }, ids);
  const damaged: string[] = [];
  // The fleet is shown whatever became of the store's files.
  const orUnreadable = <T>(read: Promise<T>): Promise<T | undefined> =>
    read.catch((thrown: unknown) => {
      if (!(thrown instanceof RepaveError) || thrown.code !== "RUN_STORE_UNREADABLE") throw thrown;
      damaged.push(thrown.detail);
      return undefined;
    });
  const [unfinished, lease, left] = await Promise.all([
    orUnreadable(findUnfinished(ports.store)),
    orUnreadable(ports.store.lease()),
    orUnreadable(leftByOperation(journals)),
  ]);
  const step = unfinished && fold(unfinished.entries).step;
  const { group } = fleet;
  const json = answer("status", {
    stack: stackName,
    group: { name: group.name, min: group.min, desired: group.desired, max: group.max, suspended: group.suspended },
    template: { active: group.templateVersion, latest: outputs.latestTemplateVersion },
    stackBuild: { release: outputs.release ?? null, image: outputs.image },
    nodes: nodes.map(({ instance, release, healthy }) => ({
      instanceId: instance.id,
      state: instance.state,
      lifecycle: instance.lifecycle ?? null,
      target: instance.target,
      templateVersion: instance.templateVersion ?? null,
      image: instance.imageId,
      release: release ?? null,
      healthy,
      launchedAt: new Date(instance.launchedAt).toISOString(),
    })),
    unfinishedRun: unfinished
      ? { runId: unfinished.record.runId, step: step ?? null, plan: unfinished.record.plan }
      : null,
    unfinishedOperation: left?.runId ?? null,
    lease: lease ?? null,
    unreadable: damaged,
  });
  const isActive = group.templateVersion === String(outputs.latestTemplateVersion);
  const fenced = group.fenceGaps.length === 0 ? "fenced" : group.suspended.join(", ");
  const goal = unfinished && shortName(target(unfinished.record.plan).release);
  const lines = [
    `stack ${stackName}: ${isActive ? "" : "staged "}release ${label(outputs.release ?? null)}, image ${outputs.image}`,
    `group ${group.name}: capacity ${group.min}/${group.desired}/${group.max}, template version ${group.templateVersion}` +
      (isActive ? "" : ` (version ${outputs.latestTemplateVersion} is staged)`),
    ...(group.suspended.length > 0 ? [`suspended processes: ${fenced}`] : []),
    ...json.nodes.map((node) => {
      const place = `${node.state}, ${node.lifecycle ?? "not in the group"}, target ${node.target}`;
      const build = `release ${label(node.release)}  image ${node.image}  age ${age(ports.clock.now() - Date.parse(node.launchedAt))}`;
      return `  ${node.instanceId}  ${place}  ${build}  ${node.healthy ? "healthy" : "not healthy"}`;
    }),
    ...(nodes.length === 0 ? ["  no nodes"] : []),
    ...(unfinished
      ? [
          `run ${unfinished.record.runId} is not finished (at ${step === undefined ? "its start" : stepLabel(step)}); ` +
            `resume it with: npm run upgrade -- --stack ${stackName} --release ${goal ?? ""}`,
        ]
      : []),
    ...(left ? [operationLine(left.runId, stackName, isHeld(lease, left.runId, ports.clock.now()))] : []),
    ...damaged.map((detail) => `run store: ${detail}`),
    ...(lease ? [`lease: ${lease.holder}, run ${lease.runId}, until ${new Date(lease.expiresAt).toISOString()}`] : []),
  ];
  return { lines, json, code: 0 };
}

const label = (release: Release | null): string => (release === null ? "unknown" : releaseLabel(release));

const isHeld = (lease: LeaseRecord | undefined, runId: string, now: number): boolean =>
  lease?.runId === runId && lease.expiresAt >= now;

const operationLine = (runId: string, stack: string, underWay: boolean): string =>
  underWay
    ? `${runId} is in progress`
    : `${runId} left the group's processes suspended. Once every node is healthy: npm run restart -- --stack ${stack}`;

/** In whole hours, from two days on in days. */
function age(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

export const statusVerb: Verb = {
  name: "status",
  acts: false,
  register({ io, verb, exit }) {
    onNodes(verb("Show the fleet, the stack, and any unfinished run."))
      .option("--watch", "refresh every few seconds until Ctrl-C")
      .addOption(
        new Option(
          "--serve [port]",
          "serve the newest run as a read-only page until Ctrl-C (default port: 8642)",
        ).conflicts(["watch", "node"]),
      )
      .option(
        "--host <address>",
        "with --serve: address to listen on; anyone who can reach it can read the page (default: 127.0.0.1)",
      )
      .addHelpText(
        "after",
        examples(
          "npm run status -- --stack production --json",
          "npm run status -- --watch --stack production",
          "npm run status -- --serve --stack production",
        ),
      )
      .action(async ({ serve, ...options }: StatusOptions & Partial<ServeOptions>) => {
        if (serve === undefined && options.host !== undefined)
          throw new RepaveError("USAGE", "--host requires --serve");
        exit(serve === undefined ? await statusCommand(options, io) : await serveCommand({ ...options, serve }, io));
      });
  },
};
