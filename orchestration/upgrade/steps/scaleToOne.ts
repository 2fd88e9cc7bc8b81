import { RepaveError } from "../../domain/errors";
import type { Fleet } from "../../domain/fleet";
import { hopRecord } from "../../domain/journal";
import { movesBack, packagingAfter } from "../../domain/plan";
import { attach, nextPrepared, preparedIds, replaceUseless, tellToStart } from "../../fleet/prepared/attaching";
import { askForFirst, askForNodes, requireOnlyScaling, ROOM_FOR_ONE } from "../../fleet/capacity";
import { keepFenced } from "../../fleet/fencing";
import { newGroup } from "../../fleet/groups";
import { pathWithPin } from "../../fleet/healthPaths";
import { isBehind, newInstances, stagedVersion } from "../../fleet/instances";
import { awaitLaunch } from "../../fleet/launch";
import { closingRoom, preparedCount, preparedRecord } from "../../fleet/prepared/preparing";
import { requireNoneOfOld, requireSilence, requireSilenceOfOld } from "../../fleet/zero";
import type { Build } from "../../ports/stack";
import type { StepContext } from "../../run/context";
import { done, PENDING, type StepBody } from "../step";

/**
 * Has one node of the new build start. Without a prepared one, a stack update pins the group to the new build, has the load balancer ask
 * where it answers, and asks for one node. A prepared one is attached and told to start; the same update follows beside its start. The
 * first start runs the migrations, so this is the point of no return. From here on nothing terminates a node.
 */
export const scaleToOne: StepBody = {
  title: "build one node of the new release, or start the prepared one",
  titleIn: ({ prewarm = 0 }) => (prewarm > 0 ? "start the prepared node" : "build one node of the new release"),
  async observe(ctx) {
    if (isBehind(ctx)) return done("this release was started");
    const fleet = await ctx.ports.fleet.describe();
    const [first] = newInstances(ctx, fleet);
    if (!first || hopRecord(ctx.run.state, ctx.hopIndex).launched === undefined) return PENDING;
    // The update that follows an attached node may be missing.
    if (preparedCount(ctx) > 0 && fleet.group.templateVersion !== String(stagedVersion(ctx))) return PENDING;
    return done(`${first.id} is of the new build`);
  },
  async run(ctx) {
    const { ports, plan, hop } = ctx;
    const templateVersion = movesBack(plan) ? await formerVersion(ctx) : stagedVersion(ctx);
    if (templateVersion === undefined) throw new RepaveError("INTERNAL", "nothing is staged for this hop");
    // `scaleToZero` has previewed this update. What another process saw may be hours old.
    const change = {
      activeTemplateVersion: templateVersion,
      ...pathWithPin(ports.tfe, hop.release, packagingAfter(plan)),
    };
    const isStarted = preparedCount(ctx) > 0 && (await startPrepared(ctx, change));
    if (!isStarted) await build(ctx, templateVersion, change);
    await keepFenced(ctx);
  },
};

/** What the former group is pinned to. Whoever unpinned it meanwhile decides what it launches. */
async function formerVersion(ctx: StepContext): Promise<number> {
  const { name, templateVersion } = newGroup(ctx, await ctx.ports.fleet.describe());
  if (/^\d+$/.test(templateVersion)) return Number(templateVersion);
  throw new RepaveError("WORLD_CHANGED", `${name} launches ${templateVersion}, not the version that its nodes ran`);
}

/** Has the group launch a node, which starts at once. */
async function build(ctx: StepContext, templateVersion: number, change: Build): Promise<void> {
  const { policy, plan, run, hopIndex } = ctx;
  const more = { ...change, ...closingRoom(ctx) };
  const seen = await (preparedCount(ctx) > 0 ? requireSilenceOfOld(ctx) : requireSilence(ctx));
  if (run.state.resumed && plan.adoption?.way !== "back") await requireOnlyScaling(ctx, { nodeCount: 1, ...more });
  await run.hold(policy.lease.ttlMs);
  const undoable = plan.adoption ? { undoable: true as const } : {};
  await run.record({ event: "one.asked", hop: hopIndex, templateVersion, ...undoable });
  const lastCheck = async (): Promise<void> => {
    requireNoneOfOld(ctx, await ctx.ports.fleet.describe());
  };
  await askForFirst(ctx, { more, lastCheck, seen: run.state.resumed ? undefined : seen });
  await replaceUseless(ctx);
  const first = await awaitLaunch(ctx, preparedIds(ctx));
  await run.record({ event: "one.launched", hop: hopIndex, instanceId: first.id, launchedAt: first.launchedAt });
}

/**
 * Attaching, silence, word. What the release demands of silence runs beside the attaching. False: no prepared node can be used, and the
 * group builds one instead.
 */
async function startPrepared(ctx: StepContext, change: Build): Promise<boolean> {
  const { ports, policy, run, hopIndex } = ctx;
  const fleet = await ports.fleet.describe();
  requireNoneOfOld(ctx, fleet);
  const id = told(ctx, fleet) ?? (await nextPrepared(ctx, fleet));
  if (id === undefined || !(await isAttached(ctx, fleet, id))) return withoutPrepared(ctx);
  const lastCheck = async (): Promise<void> => {
    await requireSilenceOfOld(ctx);
    await run.hold(policy.lease.ttlMs);
    const { oneAsked, templateVersion = 0 } = hopRecord(run.state, hopIndex);
    if (oneAsked !== true) await run.record({ event: "one.asked", hop: hopIndex, templateVersion });
  };
  if (!(await tellToStart(ctx, id, lastCheck))) return withoutPrepared(ctx);
  const launchedAt = preparedRecord(ctx, id).toldAt ?? ports.clock.now();
  await run.record({ event: "one.launched", hop: hopIndex, instanceId: id, launchedAt });
  // Beside the start: the bounds are what the group has by now, and the pin is for whatever it launches next.
  const bounds = { ...change, attaching: 0 };
  if (run.state.resumed) await requireOnlyScaling(ctx, { nodeCount: 1, ...bounds });
  await askForNodes(ctx, 1, { more: bounds });
  return true;
}

/** The prepared node that was told already, by a process that ended before the update that follows. */
const told = (ctx: StepContext, fleet: Fleet): string | undefined =>
  newInstances(ctx, fleet).find(({ id }) => {
    const { toldAt, isDropped } = preparedRecord(ctx, id);
    return toldAt !== undefined && isDropped !== true;
  })?.id;

async function isAttached(ctx: StepContext, fleet: Fleet, id: string): Promise<boolean> {
  const isThere = newInstances(ctx, fleet).some((node) => node.id === id);
  // `scaleToZero` has made room; a run that began without it has none.
  if (!isThere && fleet.group.max <= fleet.group.desired) await askForNodes(ctx, 0, { more: ROOM_FOR_ONE });
  return attach(ctx, fleet, id);
}

async function withoutPrepared({ run }: StepContext): Promise<false> {
  const text = "no prepared node can be used; the group builds one, and the outage lasts as long as that takes";
  await run.record({ event: "warning", text });
  return false;
}
