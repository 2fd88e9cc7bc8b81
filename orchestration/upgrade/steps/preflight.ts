import { RepaveError } from "../../domain/errors";
import { runChecks } from "../checks";
import { observeFleet } from "../../fleet/observe";
import { done, PENDING, type StepBody } from "../step";

/** Makes every read-only check before refusing, so that all problems are reported at once. */
export const preflight: StepBody = {
  title: "run every read-only check",
  observe: ({ run }) => Promise.resolve(run.state.drainBegun ? done("passed when this run began") : PENDING),
  async run(ctx) {
    const checks = await runChecks(ctx, await observeFleet(ctx.ports));
    const failed = checks.filter(({ ok }) => !ok).map(({ id, observed }) => `${id}: ${observed}`);
    if (failed.length > 0) throw new RepaveError("PREFLIGHT_FAILED", failed.join("; "));
  },
};
