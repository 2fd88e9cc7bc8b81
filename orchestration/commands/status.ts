import { Option } from "commander";
import { createColors } from "picocolors";
import type { Colors } from "picocolors/types";
import type { LeaseRecord } from "../../infra/contract";
import { type Answer, answer } from "../adapters/reporters/schema/answers";
import { nodeWord, paintMood, standingText } from "../adapters/reporters/standing";
import { serveAll, statusOfAll } from "./parts/overview";
import { serveCommand, type ServeOptions } from "./parts/serveStatus";
import { RepaveError } from "../domain/errors";
import { fold } from "../domain/journal";
import { packagingName, type Release, releaseLabel } from "../domain/release";
import { isDrained } from "../domain/standing/fleet";
import { moodOf, standingTitle } from "../domain/standing/words";
import { type Printable, printableWithin } from "../domain/text/printable";
import { moment } from "../domain/text/words";
import { chosen } from "../operations/choice";
import { leftByOperation } from "../operations/fence";
import { observeFleet } from "../fleet/observe";
import { closedInWords, lastMove, type MoveMade } from "../run/moves";
import { presentPackaging } from "../upgrade/planning";
import { readStanding } from "../run/standing";
import { finalNodes } from "../upgrade/left";
import { findUnfinished } from "../run/unfinished";
import type { Target } from "../wiring/target";
import { onTarget } from "./parts/onTarget";
import type { Io } from "./io";
import type { NodeOptions } from "./parts/operation";
import { onNodes } from "./options";
import { examples, type Verb } from "./parts/verb";
import { looking, type Look, type WatchOptions } from "./parts/watching";

export type StatusOptions = NodeOptions & WatchOptions;

/** Runs `status`: shows the fleet, the stack, and any unfinished run. Resolves to 0 when they could be read. */
export async function statusCommand(options: StatusOptions, io: Io): Promise<number> {
  return onTarget(options, io, async (target) => {
    return await looking(options, io, () => lookAtStack(target, options.node));
  });
}

async function lookAtStack(stack: Target, ids: readonly string[] | undefined): Promise<Look> {
  const { ports, stackName } = stack;
  const now = ports.clock.now();
  const seen = await observeFleet(ports);
  const { outputs, fleet } = seen;
  const nodes = ids === undefined ? seen.nodes : chosen(seen, ids);
  const damaged: string[] = [];
  // The fleet is shown whatever became of the store's files.
  const orUnreadable = <T>(read: Promise<T>): Promise<T | undefined> =>
    read.catch((thrown: unknown) => {
      if (!(thrown instanceof RepaveError) || thrown.code !== "RUN_STORE_UNREADABLE") throw thrown;
      damaged.push(thrown.detail);
      return undefined;
    });
  const [unfinished, moved, lease, left, standing] = await Promise.all([
    orUnreadable(findUnfinished(ports.store)),
    orUnreadable(lastMove(ports.store)),
    orUnreadable(ports.store.lease()),
    orUnreadable(leftByOperation(ports.operations)),
    readStanding(ports, { stack: stackName, now, nodes: finalNodes(seen), prepared: await ports.preparedNodes.list() }),
  ]);
  const step = unfinished && fold(unfinished.entries).step;
  const { group } = fleet;
  const json = answer("status", {
    stack: stackName,
    standing,
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
      drained: isDrained(standing, instance.id),
      launchedAt: new Date(instance.launchedAt).toISOString(),
    })),
    packaging: presentPackaging(seen),
    move: moved ? moveAnswer(moved) : null,
    unfinishedRun: unfinished
      ? { runId: unfinished.record.runId, step: step ?? null, plan: unfinished.record.plan }
      : null,
    unfinishedOperation: left?.runId ?? null,
    lease: lease ?? null,
    unreadable: damaged,
  });
  const facts = printableWithin({ json, fenceGaps: group.fenceGaps, now });
  return {
    lines: linesOf(facts, createColors(false)),
    painted: linesOf(facts, createColors(!process.env["NO_COLOR"])),
    json,
    code: 0,
  };
}

type MoveAnswer = NonNullable<Answer<"status">["move"]>;

const moveAnswer = ({ runId, at, move, closedBy }: MoveMade): MoveAnswer => ({
  runId,
  startedAt: new Date(at).toISOString(),
  from: move.from.packaging,
  to: move.to.packaging,
  canGoBack: closedBy === undefined && move.undoes === undefined,
  closed: closedBy === undefined ? null : closedInWords(closedBy),
});

/** On which side the fleet is, where it has moved, and whether it can go back. */
function moveLine({ stack, move }: Pick<Answer<"status">, "stack" | "move">): readonly string[] {
  if (move === null) return [];
  const { from, to, runId, canGoBack, closed } = move;
  const moved = `moved from ${packagingName(from)} to ${packagingName(to)} (${runId})`;
  if (closed !== null) return [`${moved}; the way back is closed: ${closed}`];
  return [
    canGoBack ? `${moved}; to go back, until the next upgrade: npm run migrate -- --back --stack ${stack}` : moved,
  ];
}

interface Facts {
  readonly json: Answer<"status">;
  readonly fenceGaps: readonly string[];
  readonly now: number;
}

/** For a person. What AWS, a node or the run store said is made printable before: only our own colours act on a terminal. */
function linesOf({ json, fenceGaps, now }: Facts, colors: Colors): readonly Printable[] {
  const { stack, standing, group, template, stackBuild, nodes, unfinishedOperation: left, lease, unreadable } = json;
  const isActive = template.active === String(template.latest);
  const suspended = fenceGaps.length === 0 ? "all that could replace or launch a node" : group.suspended.join(", ");
  const isHeld = lease !== null && lease.expiresAt >= now;
  const lines = [
    paintMood(moodOf(standing), `stack ${stack}: ${standingTitle(standing)}`, colors),
    ...standingText(standing, colors),
    `${isActive ? "" : "staged "}release ${label(stackBuild.release)}, image ${stackBuild.image}`,
    `group ${group.name}: capacity ${group.min}/${group.desired}/${group.max}, template version ${template.active}` +
      (isActive ? "" : ` (version ${template.latest} is staged)`),
    ...moveLine(json),
    ...(group.suspended.length > 0 ? [`suspended processes: ${suspended}`] : []),
    ...nodes.flatMap((node) => [
      `  ${node.instanceId}  ${nodeWord(node, colors)}, release ${label(node.release)}, age ${age(now - Date.parse(node.launchedAt))}`,
      colors.dim(
        `    ${node.state}, ${node.lifecycle ?? "not in the group"}, target ${node.target}, image ${node.image}`,
      ),
    ]),
    ...(nodes.length === 0 ? ["  no nodes"] : []),
    ...(left !== null && !(isHeld && lease.runId === left) ? [leftLine(left, stack)] : []),
    ...unreadable.map((detail) => `run store: ${detail}`),
    ...(lease ? [leaseLine(lease, now)] : []),
  ];
  return lines.map((line) => line as Printable);
}

const label = (release: Release | null): string => (release === null ? "unknown" : releaseLabel(release));

const leftLine = (runId: string, stack: string): string =>
  `${runId} left the group's processes suspended. Once every node is healthy: npm run restart -- --stack ${stack}`;

const leaseLine = ({ holder, runId, expiresAt }: LeaseRecord, now: number): string =>
  `lease: ${holder}, ${runId}, ${expiresAt >= now ? "until" : "expired"} ${moment(expiresAt, now)}`;

/** In minutes, from two hours on in hours, from two days on in days. */
function age(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  if (hours < 2) return `${Math.max(0, Math.floor(ms / 60_000))}m`;
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
      .addOption(
        new Option(
          "--all",
          "a line per stack of the project and lab of this machine, from their runs; with --serve as a page",
        ).conflicts(["watch", "node"]),
      )
      .addHelpText(
        "after",
        examples(
          "npm run status -- --all",
          "npm run status -- --stack production --json",
          "npm run status -- --watch --stack production",
          "npm run status -- --serve --stack production",
        ),
      )
      .action(
        async ({
          serve,
          all = false,
          ...options
        }: StatusOptions & Partial<ServeOptions> & { readonly all?: boolean }) => {
          if (serve === undefined && options.host !== undefined)
            throw new RepaveError("USAGE", "--host requires --serve");
          if (all) {
            exit(await (serve === undefined ? statusOfAll(options, io) : serveAll({ ...options, serve }, io)));
            return;
          }
          exit(serve === undefined ? await statusCommand(options, io) : await serveCommand({ ...options, serve }, io));
        },
      );
  },
};
