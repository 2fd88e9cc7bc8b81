import { type Preparation, type PreparedRecord, shortcomingsOf } from "../../domain/ahead/preparation";
import { asRepaveError, RepaveError } from "../../domain/errors";
import { hopRecord } from "../../domain/journal";
import { packagingAfter } from "../../domain/plan";
import type { PreparedNode } from "../../ports/account/preparedNodes";
import type { Build } from "../../ports/stack";
import type { NodeContext, StepContext } from "../../run/context";
import { mayPass, waitFor } from "../../run/wait";
import { stagedVersion } from "../instances";

/** Launches of one hop: a node that dies is prepared again, but not for ever. */
const MOST_LAUNCHES = 6;

/** How many nodes the plan prepares for each hop: never more than there will be. */
export const preparedCount = ({ plan }: Pick<StepContext, "plan">): number =>
  plan.adoption ? 0 : Math.min(plan.prewarm ?? 0, plan.nodeCount);

/** Of an update that has the group launch a node: no room is left for one that is attached. Empty where no node is prepared. */
export const closingRoom = (ctx: Pick<StepContext, "plan">): Build => (preparedCount(ctx) > 0 ? { attaching: 0 } : {});

/** What the journal knows of a node that was prepared for this hop. */
export const preparedRecord = ({ run, hopIndex }: StepContext, id: string): PreparedRecord =>
  hopRecord(run.state, hopIndex).prepared?.[id] ?? {};

/** Nodes outside the group that this run prepared for this hop, and that may still be of use. AWS knows them by their tags. */
export async function preparedNodes(ctx: StepContext): Promise<readonly PreparedNode[]> {
  const all = await ctx.ports.preparedNodes.list();
  return all.filter((node) => isOfRun(ctx, node) && isOfHop(ctx, node) && isUsable(node));
}

const isOfRun = ({ run }: Pick<NodeContext, "run">, { runId }: PreparedNode): boolean => runId === run.id;

const isOfHop = (ctx: StepContext, { hop, templateVersion }: PreparedNode): boolean =>
  hop === ctx.hopIndex && templateVersion !== undefined && templateVersion === stagedVersion(ctx);

const isUsable = ({ state }: PreparedNode): boolean => state === "pending" || state === "running";

/**
 * Asks a prepared node how far it has come: as one of the plan's new nodes, which in a move are packaged in another way than those that
 * run. `silent`: it cannot be asked now, or nobody understands what it says.
 */
export async function askPrepared(
  { ports, plan }: Pick<StepContext, "ports" | "plan">,
  { id, privateIp, state }: Pick<PreparedNode, "id" | "privateIp" | "state">,
): Promise<Preparation | { readonly phase: "silent"; readonly why: string }> {
  if (state !== "running" || privateIp === undefined) return { phase: "silent", why: `it is ${state}` };
  try {
    const packaging = packagingAfter(plan);
    return await ports.tfe.preparation({ instanceId: id, privateIp, ...(packaging && { packaging }) });
  } catch (error) {
    if (mayPass(error)) return { phase: "silent", why: error.detail };
    throw error;
  }
}

/**
 * Sees to it that as many nodes of the staged build are prepared as the plan says: launches what is missing, waits, and proves each.
 * What cannot come up is found here, while the service still runs. Throws `PREPARE_FAILED`.
 */
export async function prepareNodes(ctx: StepContext): Promise<void> {
  const { ports, policy, run, signal } = ctx;
  const wanted = preparedCount(ctx);
  if (wanted === 0) return;
  await dropOthers(ctx);
  const left = new Map<string, string>();
  const late = (): RepaveError => new RepaveError("PREPARE_FAILED", [...left.values()].join("; "));
  const { pollMs, timeoutMs } = policy.prepare;
  await waitFor(ports.clock, { pollMs, timeoutMs, signal, late }, async () => {
    const nodes = await launchMissing(ctx, wanted);
    left.clear();
    for (const node of nodes) {
      const why = await notReady(ctx, node);
      if (why !== undefined) left.set(node.id, `${node.id} ${why}`);
      else if (preparedRecord(ctx, node.id).readyAt === undefined)
        await run.record({ event: "prepared.ready", hop: ctx.hopIndex, instanceId: node.id, at: ports.clock.now() });
    }
    for (const text of left.values()) run.tell({ event: "progress", step: "prepare", text });
    return left.size === 0 && nodes.length >= wanted ? true : undefined;
  });
}

/** Why a node is not prepared yet; undefined: it is, and everything about it is proven. Throws `PREPARE_FAILED` where it will never be. */
async function notReady(ctx: StepContext, node: PreparedNode): Promise<string | undefined> {
  if (node.state !== "running") return `is ${node.state}`;
  const found = await askPrepared(ctx, node);
  if (found.phase === "silent") return `does not answer yet (${found.why})`;
  if (found.phase === "preparing") return "is being prepared";
  if (found.phase === "failed") throw new RepaveError("PREPARE_FAILED", `${node.id}: ${found.why}`);
  // Nobody has told it to: it would be the new release beside the old one.
  if (found.phase === "started") throw new RepaveError("PREPARE_FAILED", `${node.id} has started without being told`);
  const { release } = ctx.hop;
  const { digest } = hopRecord(ctx.run.state, ctx.hopIndex);
  const wrong = shortcomingsOf(found, { release, digest, minDiskBytes: ctx.policy.minDiskBytes });
  if (wrong.length > 0) throw new RepaveError("PREPARE_FAILED", `${node.id}: ${wrong.join("; ")}`);
  return undefined;
}

/** The nodes of the hop, with what was missing. A node is known by its tags before it is in the journal: a killed run finds it again. */
async function launchMissing(ctx: StepContext, wanted: number): Promise<readonly PreparedNode[]> {
  const { ports, policy, run, hopIndex } = ctx;
  const found = await preparedNodes(ctx);
  for (const node of found) await noteLaunch(ctx, node);
  const known = Object.entries(hopRecord(run.state, hopIndex).prepared ?? {});
  // EC2 may not list yet what it has just launched: what is in the journal and not in the list may be either there or dead.
  const young = known.filter(
    ([id, { launchedAt = 0, isDropped }]) =>
      isDropped !== true && !found.some((node) => node.id === id) && ports.clock.now() - launchedAt < SETTLING_MS,
  );
  for (const [id, { isDropped, readyAt }] of known) {
    if (isDropped === true || found.some((node) => node.id === id) || young.some(([other]) => other === id)) continue;
    const why = `it died ${readyAt === undefined ? "while it was prepared" : "prepared"}; another is prepared`;
    await run.record({ event: "prepared.dropped", hop: hopIndex, instanceId: id, why });
  }
  const launched: PreparedNode[] = [];
  for (let count = found.length + young.length; count < wanted; count++) {
    const ordinal = known.length + launched.length;
    if (ordinal >= MOST_LAUNCHES)
      throw new RepaveError(
        "PREPARE_FAILED",
        `${ordinal} instances were launched for this hop, and too few stayed alive`,
      );
    await run.hold(policy.lease.ttlMs);
    const templateVersion = stagedVersion(ctx);
    if (templateVersion === undefined) throw new RepaveError("INTERNAL", "nothing is staged for this hop");
    const node = await ports.preparedNodes.launch({ templateVersion, runId: run.id, hop: hopIndex, ordinal });
    await noteLaunch(ctx, node);
    if (isUsable(node)) launched.push(node);
  }
  return [...found, ...launched];
}

const SETTLING_MS = 30_000;

async function noteLaunch(ctx: StepContext, { id, launchedAt }: PreparedNode): Promise<void> {
  if (preparedRecord(ctx, id).launchedAt !== undefined) return;
  await ctx.run.record({ event: "prepared.launched", hop: ctx.hopIndex, instanceId: id, launchedAt });
}

/** Terminates what this run has prepared for another hop, or from another build of this one. */
async function dropOthers(ctx: StepContext): Promise<void> {
  const all = await ctx.ports.preparedNodes.list();
  await drop(
    ctx,
    all.filter((node) => isOfRun(ctx, node) && !isOfHop(ctx, node)),
    "it is of another build",
  );
}

/** Terminates what this run has prepared and not used. Nothing of it has started, so nothing is lost with it. */
export async function dropPrepared(ctx: Pick<NodeContext, "ports" | "policy" | "run">, why: string): Promise<void> {
  const all = await ctx.ports.preparedNodes.list();
  await drop(
    ctx,
    all.filter((node) => isOfRun(ctx, node)),
    why,
  );
}

async function drop(
  { ports, policy, run }: Pick<NodeContext, "ports" | "policy" | "run">,
  nodes: readonly PreparedNode[],
  why: string,
): Promise<void> {
  // One that was told may migrate the database, wherever it is: it is somebody's to decide.
  const told = (id: string): boolean =>
    Object.values(run.state.hops).some((hop) => hop.prepared?.[id]?.toldAt !== undefined);
  const going = nodes.filter(({ id, state }) => state !== "shutting-down" && !told(id));
  if (going.length === 0) return;
  await run.hold(policy.lease.ttlMs);
  await ports.preparedNodes.terminate(going.map(({ id }) => id));
  for (const { id: instanceId, hop } of going) await run.record({ event: "prepared.dropped", hop, instanceId, why });
}

/** The same at an ending that must go on whatever becomes of it: what is left is said, and `status` names it. */
export async function dropPreparedOrSay(
  ctx: Pick<NodeContext, "ports" | "policy" | "run">,
  why: string,
): Promise<void> {
  try {
    await dropPrepared(ctx, why);
  } catch (failure) {
    const { detail } = asRepaveError(failure);
    ctx.run.tell({ event: "warning", text: `prepared nodes could not be terminated: ${detail}` });
  }
}
