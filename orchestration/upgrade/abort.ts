import { acceptedIn, unexpected } from "../domain/changes";
import { asRepaveError, RepaveError } from "../domain/errors";
import type { RunFinished } from "../domain/events";
import { alive, type Instance } from "../domain/fleet";
import { hopRecord, pastPointOfNoReturn, type RunState } from "../domain/journal";
import { placeLabel } from "../domain/start/place";
import { target, type Plan } from "../domain/plan";
import { releaseLabel } from "../domain/release";
import { builtFrom, requireVouchedImages } from "./vouchedImages";
import { catchUp } from "./proposal";
import type { NodeContext } from "../run/context";
import { conclude, settle, summary, tellFailed, tellFinished } from "./ending";
import { alongside, StepFailed, type RunContext } from "./walk";
import { keepFenced, raiseFence, restoreFence } from "../fleet/fencing";
import { requireOnlyScaling } from "../fleet/capacity";
import { passGate } from "../fleet/gate";
import { askPrepared, closingRoom, dropPrepared } from "../fleet/prepared/preparing";
import { removeStrayLease, takeLease } from "../run/leasing";
import { buildOf, isLeaving } from "../fleet/instances";
import type { RunRecord } from "../ports/runStore";
import { findUnfinished } from "../run/unfinished";
import { restartApplication } from "../fleet/restarting";
import type { Run } from "../run/run";
import { revertAdoption } from "./adoption/revert";
import { openRun, type UpgradeOptions } from "./upgrade";
import { waitFor } from "../run/wait";
import { observeFleet } from "../fleet/observe";
import { outlook } from "./outlook";

/**
 * Reverts an unfinished run, while the new release has not been started: restores the old build in the template and the capacity,
 * restarts each node whose drain began (there is no reverse drain), passes it through the gate, and opens the fence.
 * After that point it refuses and shows what a restore needs; it never restores data.
 */
export async function abort(
  stack: string,
  options: UpgradeOptions,
  outcome: "aborted" | "failed" = "aborted",
): Promise<RunFinished> {
  const { ports } = options;
  let plan: Plan | undefined;
  let record: RunRecord;
  let run: Run;
  try {
    const unfinished = await findUnfinished(ports.store);
    if (!unfinished) {
      await removeStrayLease(options);
      throw new RepaveError("NOTHING_TO_RESUME", stack);
    }
    ({ record } = unfinished);
    plan = record.plan;
    run = openRun(record.runId, options, unfinished.entries);
    await requireWayBack(record, run.state, options);
    await requireVouchedImages(await builtFrom(plan, "from", ports), options);
    await catchUp(options);
    const stays = `the fleet stays on ${releaseLabel(plan.from.release)}, image ${plan.from.image}`;
    const text = `Reverts run ${run.id} on ${placeLabel(options.place, stack)}: ${stays}.`;
    ports.reporter.emit({ event: "plan.made", plan, text: [text] });
    const known = await outlook(ports.store, plan, await observeFleet(ports), run.state);
    // Its steps are those of no plan.
    ports.reporter.emit({ ...known, steps: [] });
    if (!(await options.prompt.confirm("Revert it?"))) return tellFinished(ports, summary("declined", plan, []));
  } catch (error) {
    return tellFailed(ports, "abort", asRepaveError(error), plan);
  }
  options.begin(run);
  const ending = { ...options, plan, run };
  try {
    const { lease } = await takeLease(ending);
    await run.open(lease);
    // Again, with the journal as it is under the lease: the run may have continued while the operator was asked.
    await requireWayBack(record, run.state, options);
    await run.record({ event: "abort.asked", operator: ports.startedBy });
    const { unattended } = options;
    const attempt = unattended ? { attempt: unattended.attempt } : {};
    const number = options.changeNumber ?? run.state.changeNumber;
    await run.record({
      event: "run.resumed",
      runId: run.id,
      operator: ports.startedBy,
      token: lease.token,
      ...attempt,
      ...(number === undefined ? {} : { changeNumber: number }),
    });
    await alongside(ending, plan.adoption ? revertAdoption : takeBack);
    return await conclude(ending, outcome);
  } catch (error) {
    return settle(ending, new StepFailed("abort", error));
  }
}

/**
 * Throws `POINT_OF_NO_RETURN` if the new build was started. The journal says whether it was asked for, and AWS whether it was launched.
 * The journal may have lost its last entries, so a node launched since the run began is also judged by its release and image.
 */
async function requireWayBack(
  { plan, createdAt }: Pick<RunRecord, "plan" | "createdAt">,
  state: RunState,
  { ports }: UpgradeOptions,
): Promise<void> {
  const { from, hops } = plan;
  // An adoption changes no release.
  if (plan.adoption) return;
  const versions = Object.values(state.hops).flatMap((hop) => hop.templateVersion ?? []);
  const isNew = ({ templateVersion, release, imageId, launchedAt }: Instance): boolean =>
    (templateVersion !== undefined && versions.includes(templateVersion)) ||
    (launchedAt > createdAt &&
      hops.some(
        (hop) =>
          (release !== from.release && release === hop.release) || (imageId !== from.image && imageId === hop.image),
      ));
  const launched: Instance[] = [];
  for (const node of alive(await ports.fleet.describe()).filter(isNew))
    if (!isUntold(state, node) || (await saysStarted({ ports, plan }, node))) launched.push(node);
  if (!pastPointOfNoReturn(state) && launched.length === 0) return;
  const { snapshotId, pointInTime } = hopRecord(state, 0);
  const marks = [
    ...(snapshotId === undefined ? [] : [`database snapshot ${snapshotId}`]),
    ...(pointInTime === undefined ? [] : [`point in time ${new Date(pointInTime).toISOString()}`]),
  ];
  throw new RepaveError(
    "POINT_OF_NO_RETURN",
    `${releaseLabel(target(plan).release)} was started; backups from before it: ${marks.join(", ") || "none recorded by this run"}`,
  );
}

/** Attached, and not told: see `tellToStart`, which records the word before it gives it. */
const isUntold = ({ hops }: RunState, { id }: Instance): boolean =>
  Object.values(hops).some(({ prepared }) => prepared?.[id] !== undefined && prepared[id].toldAt === undefined);

/** The journal may have lost the word. One that does not run has nothing that could be broken off. */
async function saysStarted(ctx: Pick<RunContext, "ports" | "plan">, node: Instance): Promise<boolean> {
  if (node.state !== "running") return false;
  return (await askPrepared(ctx, node)).phase !== "prepared";
}

async function takeBack(base: RunContext): Promise<void> {
  const { ports, plan, run, policy } = base;
  // Events about the old build must not be mistaken for a hop's.
  const ctx: NodeContext = { ...base, hopIndex: "none" };
  // An abort that was interrupted after it opened the fence raises a new one.
  if (run.state.foundSuspended) await (run.state.fenceRestored ? raiseFence(ctx) : keepFenced(ctx));
  await dropPrepared(base, "the run is reverted");
  // The group is still pinned to the old build, which it launches in their place.
  const untold = alive(await ports.fleet.describe()).filter((i) => isUntold(run.state, i) && !isLeaving(i));
  for (const { id } of untold) await ports.fleet.replace(id);
  const { group, instances } = await ports.fleet.describe();
  const before = alive({ group, instances }).filter((i) => !isLeaving(i));
  // Missing nodes are added one at a time, each through the gate, as in an upgrade.
  // Never fewer than there are, whatever the plan says: nobody has drained the one that would go.
  let count = Math.max(before.length, Math.min(plan.nodeCount, Math.max(1, group.desired)));
  const { from } = plan;
  const side = plan.move ? { side: plan.move.from } : {};
  const build = buildOf({ release: from.release, image: from.image }, from.digest);
  const change = { ...build, ...side, nodeCount: count, ...closingRoom(base) };
  const refused = unexpected(
    await ports.stack.preview(change),
    ports.stack.allowed.abort,
    acceptedIn(run.state.overrides),
  );
  if (refused.length > 0) throw new RepaveError("UNEXPECTED_CHANGES", refused.join("; "));
  await run.hold(policy.lease.ttlMs);
  await ports.stack.apply(change);
  const gated = new Set<string>();
  for (;;) {
    const there = (await awaitCapacity(ctx, count)).filter((node) => !gated.has(node));
    // In the order of the drain: nodes without work return first, since the others may take hours.
    for (const id of there) {
      if (run.state.draining.includes(id)) await restartApplication(ctx, id, plan.from.release);
      else await passGate(ctx, id, plan.from.release);
      gated.add(id);
    }
    if (count >= plan.nodeCount) break;
    count += 1;
    const next = await requireOnlyScaling(ctx, { nodeCount: count });
    await run.hold(policy.lease.ttlMs);
    await ports.stack.apply(next);
  }
  await restoreFence(ctx);
}

/** Waits until there are that many nodes, and returns their ids. */
function awaitCapacity({ ports, policy, signal }: NodeContext, count: number): Promise<readonly string[]> {
  const late = (): RepaveError => new RepaveError("LAUNCH_TIMEOUT", `the group did not reach ${count} nodes`);
  return waitFor(ports.clock, { ...policy.launch, signal, late }, async () => {
    const staying = alive(await ports.fleet.describe()).filter((instance) => !isLeaving(instance));
    return staying.length === count ? staying.map((instance) => instance.id) : undefined;
  });
}
