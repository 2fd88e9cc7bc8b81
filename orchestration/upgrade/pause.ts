import { RepaveError } from "../domain/errors";
import { hopRecord } from "../domain/journal";
import type { StepContext } from "../run/context";

/**
 * Where the operator asked for it, stops between the last drain and the first outage, until somebody there lets the run go on, or
 * somebody elsewhere resumes it. Meanwhile the lease is parked: whoever resumes the run takes it over at once. Throws `PAUSED` if
 * nobody is there to ask: the run is then on hold. Throws `LEASE_LOST` if it was resumed elsewhere.
 */
export async function pauseBeforeOutage(ctx: StepContext): Promise<void> {
  const { ports, policy, run, hopIndex, pause } = ctx;
  if (!pause || hopIndex > 0 || hopRecord(run.state, hopIndex).zeroAsked === true) return;
  await run.record({ event: "pause.began", hop: hopIndex });
  await run.park();
  try {
    if (!(await goes(ctx, pause))) throw new RepaveError("PAUSED", "every node is drained and takes no work");
  } finally {
    await run.unpark(policy.lease.ttlMs);
  }
  // A node that somebody restarted meanwhile takes work again: every proof is made once more.
  run.waited();
  await run.record({ event: "pause.ended", hop: hopIndex, operator: ports.startedBy });
}

/** Waits for the person, and beside that for another process that takes the lease. */
async function goes(ctx: StepContext, pause: NonNullable<StepContext["pause"]>): Promise<boolean> {
  const over = new AbortController();
  const elsewhere = new AbortController();
  const watching = watchLease(ctx, over.signal, elsewhere);
  try {
    return await pause.go(AbortSignal.any([ctx.signal, elsewhere.signal]));
  } finally {
    over.abort();
    await watching;
  }
}

async function watchLease(
  { ports, policy, run }: StepContext,
  over: AbortSignal,
  taken: AbortController,
): Promise<void> {
  while (!over.aborted && !taken.signal.aborted) {
    // A store that does not answer now is asked again: nothing is done before the lease is renewed.
    const seen = await ports.store.lease().then(
      (lease) => ({ lease }),
      () => undefined,
    );
    if (seen && seen.lease?.token !== run.fencingToken)
      taken.abort(new RepaveError("LEASE_LOST", `${seen.lease?.holder ?? "another process"} has resumed this run`));
    await ports.clock.sleep(policy.pausePollMs, over).catch(() => undefined);
  }
}
