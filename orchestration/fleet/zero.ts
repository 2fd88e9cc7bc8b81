import { RepaveError } from "../domain/errors";
import type { Fleet, Instance } from "../domain/fleet";
import { hopRecord } from "../domain/journal";
import { packagingAfter } from "../domain/plan";
import { releaseLabel } from "../domain/release";
import { duration } from "../domain/text/words";
import type { StepContext } from "../run/context";
import { waitFor } from "../run/wait";
import { factsIn } from "./healthPaths";
import { groupsOf } from "./groups";
import { awake, describeInstance, newInstances, oldInstances } from "./instances";
import { allStoppedAt } from "./retiring";

/**
 * Waits until every instance is *terminated*, and, unless `silence` is to be waited for later, has been for as long as the release of
 * the hop demands; then records it. Throws `NOT_ZERO`, and `WORLD_CHANGED` if someone raises the capacity meanwhile.
 */
export async function awaitZero(ctx: StepContext, silence: "now" | "later" = "now"): Promise<void> {
  const { ports, policy, run, hopIndex } = ctx;
  const begun = ports.clock.now();
  let lastSeenAlive: number | undefined;
  let stoppedAt: number | undefined;
  const quietMs = silence === "later" ? 0 : silenceOf(ctx);
  await awaitSilence(
    ctx,
    (fleet) => awake(ctx, fleet),
    quietMs,
    async (asked, fleet, still) => {
      const raised = groupsOf(ctx, fleet).find(({ desired }) => desired > 0);
      if (raised) {
        throw new RepaveError(
          "WORLD_CHANGED",
          `someone set the capacity of ${raised.name} to ${raised.desired} while this run kept it at zero`,
        );
      }
      stoppedAt = allStoppedAt(ctx, fleet);
      const isGoing = stoppedAt === undefined && still.every((i) => i.state === "shutting-down");
      if (isGoing && hopRecord(run.state, hopIndex).leavingAt === undefined) {
        await run.record({ event: "zero.leaving", hop: hopIndex, at: asked });
      }
      if (still.length > 0) lastSeenAlive = asked;
    },
  );
  const at = ports.clock.now();
  // Nothing writes to the database now, so restoring to this moment loses nothing.
  if (policy.backup.databaseId !== undefined)
    await run.record({ event: "backup.mark", hop: hopIndex, pointInTime: at });
  const by = stoppedAt === undefined ? {} : ({ by: "stopped" } as const);
  await run.record({
    event: "zero.reached",
    hop: hopIndex,
    lastSeenAlive: lastSeenAlive ?? stoppedAt ?? begun,
    at,
    ...by,
  });
}

/**
 * The last look before the new release may be launched: nothing of another build is alive, and nothing has been for as long as
 * the release demands. What this process has just seen at zero is not waited for again; what another one saw may be hours old.
 * Returns the fleet as it was seen by that look; undefined: it was waited for. Throws `NOT_ZERO`.
 */
export async function requireSilence(ctx: StepContext): Promise<Fleet | undefined> {
  const { ports, run, hopIndex } = ctx;
  const fleet = await ports.fleet.describe();
  requireNoneOfOld(ctx, fleet);
  // A node of this build was asked for after such a silence.
  if (newInstances(ctx, fleet).length > 0 || hopRecord(run.state, hopIndex).oneAsked === true || run.sawZero(hopIndex))
    return fleet;
  await awaitSilence(
    ctx,
    (seen) => awake(ctx, seen),
    silenceOf(ctx),
    () => Promise.resolve(),
  );
  return undefined;
}

/** Throws `NOT_ZERO` where an instance of another build is alive. */
export function requireNoneOfOld(ctx: StepContext, fleet: Fleet): void {
  const others = oldInstances(ctx, fleet);
  if (others.length > 0) throw new RepaveError("NOT_ZERO", others.map(describeInstance).join(", "));
}

/**
 * The last look before a prepared node is told to start: nothing of another build is alive, and nothing has been for as long as the
 * release demands. Counted from the zero that this process has seen, so that it runs beside the attaching. Returns the
 * fleet as it was seen by that look; undefined: it was waited for. Throws `NOT_ZERO`.
 */
export async function requireSilenceOfOld(ctx: StepContext): Promise<Fleet | undefined> {
  const { ports, run, hopIndex } = ctx;
  const seen = run.zeroSeenAt(hopIndex);
  const quietMs = silenceOf(ctx);
  const passed = seen === undefined ? 0 : ports.clock.monotonic() - seen;
  const fleet = await ports.fleet.describe();
  requireNoneOfOld(ctx, fleet);
  if (seen !== undefined && passed >= quietMs) return fleet;
  const left = seen === undefined ? quietMs : quietMs - passed;
  await awaitSilence(
    ctx,
    (fleet) => oldInstances(ctx, fleet),
    left,
    () => Promise.resolve(),
  );
  return undefined;
}

/** How long nothing may have run when the release of the hop starts, in milliseconds: on nodes as they are packaged after the hop. */
const silenceOf = ({ ports, plan, hop }: StepContext): number =>
  factsIn(ports.tfe, packagingAfter(plan)).quietAfterZeroMs(hop.release);

type Looked = (asked: number, fleet: Fleet, still: readonly Instance[]) => Promise<void>;

/** Counts from the first of the looks in a row that find no instance alive. A failure that was waited out starts the count anew. */
async function awaitSilence(
  ctx: StepContext,
  heard: (fleet: Fleet) => readonly Instance[],
  quietMs: number,
  looked: Looked,
): Promise<void> {
  const { ports, policy, run, hop } = ctx;
  const { clock } = ports;
  let sightings = 0;
  let silentSince = 0;
  let waits = run.waits;
  let left: readonly string[] = [];
  const late = (): RepaveError => new RepaveError("NOT_ZERO", left.join(", "));
  const { pollMs, timeoutMs } = policy.zero;
  await waitFor(clock, { pollMs, timeoutMs: timeoutMs + quietMs, signal: ctx.signal, late }, async () => {
    const asked = clock.now();
    const fleet = await ports.fleet.describe();
    const still = heard(fleet);
    left = still.map(describeInstance);
    await looked(asked, fleet, still);
    if (still.length > 0 || waits !== run.waits) sightings = 0;
    waits = run.waits;
    if (still.length > 0) {
      run.tell({ event: "progress", step: "scaleToZero", text: `waiting for ${left.join(", ")}` });
      return undefined;
    }
    // After the answer: the instance may have been terminated since the question.
    if (sightings === 0) silentSince = clock.monotonic();
    sightings += 1;
    const missing = quietMs - (clock.monotonic() - silentSince);
    if (sightings < policy.zero.sightings) return undefined;
    if (missing <= 0) return true;
    const text = `no old node is left; ${releaseLabel(hop.release)} may start in ${duration(missing / 1000)}`;
    run.tell({ event: "progress", step: "scaleToZero", text });
    return undefined;
  });
}
