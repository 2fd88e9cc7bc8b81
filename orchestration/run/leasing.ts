import type { LeaseRecord } from "../../infra/contract";
import { RepaveError } from "../domain/errors";
import { fold, isOver } from "../domain/journal";
import { stepLabel } from "../domain/text/labels";
import type { StepContext } from "./context";
import { findUnfinished } from "./unfinished";

type Claiming = Pick<StepContext, "ports" | "policy" | "run" | "signal">;

/** Takes the lease for the run. `resumes`: the run was started before. Throws `LEASE_HELD`. */
export async function takeLease(ctx: Claiming): Promise<{ readonly lease: LeaseRecord; readonly resumes: boolean }> {
  const lease = await acquire(ctx);
  try {
    return { lease, resumes: await wasBegun(ctx) };
  } catch (error) {
    await ctx.ports.store.release(lease);
    throw error;
  }
}

/**
 * Removes an expired lease of a stack that has no unfinished run. A process that died between taking the lease and starting its
 * run, or between ending the run and releasing the lease, leaves a record that would block `pulumi up` for no reason. Throws
 * `LEASE_HELD` if another process takes the lease at that moment.
 */
export async function removeStrayLease({ ports, policy }: Pick<Claiming, "ports" | "policy">): Promise<void> {
  const { store, clock, startedBy, reporter } = ports;
  const stray = await store.lease();
  if (!stray || stray.expiresAt >= clock.now()) return;
  const { runId, holder } = stray;
  await store.release(await store.acquire({ runId, holder: startedBy, now: clock.now(), ttlMs: policy.lease.ttlMs }));
  reporter.emit({ event: "note", text: `removed the lease files of a dead process of ${holder}` });
}

/** A process that died left a lease of minutes. One that lasts longer than this is of a clock that is wrong, or forged. */
const LONGEST_WAIT_MS = 15 * 60_000;

/**
 * Takes the lease. Another run's lease is respected at once. Our own run's lease, left by a process that died, is waited out; if
 * it is renewed meanwhile, that process is alive and continues the run. One that lasts too long to be waited for is respected as well.
 */
async function acquire({ ports, policy, run, signal }: Claiming): Promise<LeaseRecord> {
  const { store, clock } = ports;
  let first: LeaseRecord | undefined;
  for (;;) {
    const now = clock.now();
    try {
      const { startedBy: holder } = ports;
      return await store.acquire({ runId: run.id, holder, secret: run.secret, now, ttlMs: policy.lease.ttlMs });
    } catch (error) {
      if (!(error instanceof RepaveError && error.code === "LEASE_HELD")) throw error;
      const held = await store.lease();
      if (!held) continue;
      if (held.runId !== run.id || (first && held.renewedAt !== first.renewedAt)) throw error;
      if (held.expiresAt - now > LONGEST_WAIT_MS) throw error;
      if (!first) {
        const left = `its lease expires in ${Math.ceil((held.expiresAt - now) / 1000)} s`;
        run.tell({
          event: "note",
          text: `taking over from ${held.holder} (at ${held.step === undefined ? "its start" : stepLabel(held.step)}): ${left}`,
        });
      }
      first ??= held;
      await clock.sleep(Math.min(1000, Math.max(100, held.expiresAt - now + 1)), signal);
    }
  }
}

/** Checks what happened between the first check and taking the lease. True: this run already exists and is resumed. */
async function wasBegun({ ports, run }: Claiming): Promise<boolean> {
  const unfinished = await findUnfinished(ports.store);
  if (unfinished && unfinished.record.runId !== run.id) {
    throw new RepaveError("LEASE_HELD", `run ${unfinished.record.runId} was started in the meantime`);
  }
  const known = (await ports.store.list()).some((record) => record.runId === run.id);
  if (known && isOver(fold(await ports.store.journal(run.id)))) {
    throw new RepaveError("LEASE_HELD", `run ${run.id} was finished by another process in the meantime`);
  }
  return known;
}
