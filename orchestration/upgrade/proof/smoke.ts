import { RepaveError } from "../../domain/errors";
import { markOf, marksOf, type SmokeMoment } from "../../domain/proof/smoke";
import { wasAccepted } from "../../run/accepting";
import type { StepContext } from "../../run/context";
import { SMOKE } from "../../run/policy";
import { makeSmokeRun } from "./smokeRun";

/**
 * The smoke run of a moment of a run, once: one that passed is not made again, one that a killed process left is followed. Throws
 * `SMOKE_FAILED`, unless the operator accepted that.
 */
export async function requireSmokeRun(ctx: StepContext, moment: SmokeMoment): Promise<void> {
  const { ports, policy, plan, run, signal } = ctx;
  const wanted = plan.proof?.smoke;
  if (wanted === undefined || run.state.smoke[moment]?.passed === true) return;
  const { smokeRuns } = ports;
  if (!smokeRuns) throw new RepaveError("SMOKE_FAILED", "the stack no longer names a workspace (tfe:smokeWorkspace)");
  const failed = run.state.smoke[moment]?.failed ?? 0;
  // What is known to fail, and accepted, is not waited for once more.
  if ((failed > 0 && accepted(ctx)) || wasAccepted(ctx, SMOKE)) return goOn(ctx, "it failed before");
  const result = await makeSmokeRun(
    { smokeRuns, clock: ports.clock, limits: policy.smoke, signal, tell: (event) => run.tell(event) },
    {
      mark: markOf(run.id, moment, failed + 1),
      earlier: marksOf(run.id),
      applies: wanted === "apply",
      queued: async ({ id, page }) => {
        if (run.state.smoke[moment]?.terraformRun === id) return;
        await run.record({ event: "smoke.started", moment, terraformRun: id, page, applies: wanted === "apply" });
      },
    },
  );
  const { passed, seconds, words } = result;
  await run.record({
    event: "smoke.finished",
    moment,
    passed,
    seconds,
    ...(result.run === undefined ? {} : { terraformRun: result.run.id, page: result.run.page }),
    ...(words === undefined ? {} : { words }),
  });
  if (passed) return;
  if (accepted(ctx)) return goOn(ctx, words ?? "");
  throw new RepaveError("SMOKE_FAILED", words ?? "it did not pass");
}

const accepted = ({ overrides }: StepContext) => overrides.find(({ id }) => id === SMOKE);

/** What was accepted stays named: in the journal, the report, and at the end. */
async function goOn(ctx: StepContext, what: string): Promise<void> {
  ctx.run.tell({ event: "warning", text: `no smoke run has passed (accepted): ${what}` });
  const override = accepted(ctx);
  if (override && !wasAccepted(ctx, SMOKE)) await ctx.run.record({ event: "override.used", ...override });
}
