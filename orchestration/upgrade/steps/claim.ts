import type { LeaseRecord } from "../../../infra/contract";
import { RepaveError } from "../../domain/errors";
import type { StepContext } from "../context";
import { done, PENDING, type Step } from "../step";

/** One writer: the lease, then the journal. The heartbeat that keeps it is the engine's. */
export const claim: Step = {
  id: "claim",
  title: "take the lease and open the journal",
  scope: "start",
  outage: "no",
  observe: ({ run }) => Promise.resolve(run.isOpen ? done("this run holds the lease") : PENDING),
  async run(ctx) {
    const { ports, policy, plan, run } = ctx;
    const now = ports.clock.now();
    const resumed = (await ports.store.list()).some((record) => record.runId === run.id);
    const lease = await ports.store.acquire({ runId: run.id, holder: ports.operator, now, ttlMs: policy.lease.ttlMs });
    try {
      await (resumed ? requireUnmoved(ctx) : create(ctx, now));
      await run.open(lease);
    } catch (error) {
      await giveBack(ctx, lease, resumed).catch(() => undefined);
      throw error;
    }
    await run.record(
      resumed
        ? { event: "run.resumed", runId: run.id, operator: ports.operator, token: lease.token }
        : { event: "run.started", runId: run.id, operator: ports.operator, plan },
    );
  },
};

function create({ ports, plan, run }: StepContext, createdAt: number): Promise<void> {
  const { store, operator } = ports;
  return store.create({ schema: 1, runId: run.id, stack: plan.stack, createdAt, operator, plan });
}

/** What was read before the lease may be old by now: another process may have gone on while the operator was asked. */
async function requireUnmoved({ ports, run }: StepContext): Promise<void> {
  const written = (await ports.store.journal(run.id)).length;
  if (written !== run.read) throw new RepaveError("RUN_WENT_ON", run.id);
}

/** An unfinished run keeps its record, run out, so that nobody else changes the stack meanwhile. */
async function giveBack({ ports }: StepContext, lease: LeaseRecord, unfinished: boolean): Promise<void> {
  if (unfinished) await ports.store.renew(lease, { now: ports.clock.now(), ttlMs: 0 });
  else await ports.store.release(lease);
}
