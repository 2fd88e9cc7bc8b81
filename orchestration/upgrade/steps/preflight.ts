import { RepaveError } from "../../domain/errors";
import { CHECKS } from "../checks";
import { observeFleet } from "../observe";
import { done, PENDING, type Step } from "../step";

/** Every read-only check, all of them, before saying no: nobody should learn of the second reason after mending the first. */
export const preflight: Step = {
  id: "preflight",
  title: "check everything that can be checked without changing anything",
  scope: "start",
  outage: "no",
  observe: ({ run }) => Promise.resolve(run.state.drainBegun ? done("passed when this run began") : PENDING),
  async run(ctx) {
    const seen = await observeFleet(ctx.ports);
    const results = await Promise.all(
      CHECKS.map(async (check) => {
        const failure = await check
          .look(ctx, seen)
          .catch((error: unknown) =>
            error instanceof RepaveError
              ? `could not be checked: ${error.detail}`
              : `could not be checked: ${String(error)}`,
          );
        return { check, failure };
      }),
    );
    for (const { check, failure } of results) {
      const ok = failure === undefined;
      ctx.run.tell({
        event: "check.made",
        id: check.id,
        ok,
        observed: failure ?? check.holds,
        ...(ok ? {} : { remedy: check.remedy }),
      });
    }
    const failed = results.filter(({ failure }) => failure !== undefined);
    if (failed.length > 0) {
      throw new RepaveError(
        "PREFLIGHT_FAILED",
        failed.map(({ check, failure }) => `${check.id}: ${failure ?? ""}`).join("; "),
      );
    }
  },
};
