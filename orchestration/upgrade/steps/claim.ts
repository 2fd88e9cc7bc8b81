import { takeLease } from "../../run/leasing";
import { done, PENDING, type StepBody } from "../step";

/** One writer: the lease, then the journal. The heartbeat that keeps it is the walk's. */
export const claim: StepBody = {
  title: "take the lease and open the journal",
  observe: ({ run }) => Promise.resolve(run.isOpen ? done("this run holds the lease") : PENDING),
  async run(ctx) {
    const { ports, plan, run, unattended } = ctx;
    const attempt = unattended ? { attempt: unattended.attempt } : {};
    const number = ctx.changeNumber ?? run.state.changeNumber;
    const change = number === undefined ? {} : { changeNumber: number };
    const { lease, resumes } = await takeLease(ctx);
    const operator = ports.startedBy;
    if (!resumes) {
      await ports.store.create({
        schema: 1,
        runId: run.id,
        stack: plan.stack,
        createdAt: ports.clock.now(),
        operator,
        plan,
        ...(unattended ? { scheduled: true } : {}),
      });
    }
    await run.open(lease);
    await run.record(
      resumes
        ? { event: "run.resumed", runId: run.id, operator, token: lease.token, ...attempt, ...change }
        : { event: "run.started", runId: run.id, operator, plan, ...attempt, ...change },
    );
  },
};
