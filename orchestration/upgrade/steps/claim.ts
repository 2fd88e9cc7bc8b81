import { done, PENDING, type Step } from "../step";

/** One writer: the lease, then the journal. The heartbeat that keeps it is the engine's. */
export const claim: Step = {
  id: "claim",
  title: "take the lease and open the journal",
  scope: "start",
  outage: "no",
  observe: ({ run }) => Promise.resolve(run.isOpen ? done("this run holds the lease") : PENDING),
  async run({ ports, policy, plan, run }) {
    const now = ports.clock.now();
    const resumed = (await ports.store.list()).some((record) => record.runId === run.id);
    const lease = await ports.store.acquire({ runId: run.id, holder: ports.operator, now, ttlMs: policy.lease.ttlMs });
    if (!resumed) {
      await ports.store.create({
        schema: 1,
        runId: run.id,
        stack: plan.stack,
        createdAt: now,
        operator: ports.operator,
        plan,
      });
    }
    await run.open(lease);
    await run.record(
      resumed
        ? { event: "run.resumed", runId: run.id, operator: ports.operator, token: lease.token }
        : { event: "run.started", runId: run.id, operator: ports.operator, plan },
    );
  },
};
