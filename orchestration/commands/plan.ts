import { duration } from "../adapters/words";
import { RepaveError } from "../domain/errors";
import { type Forecast, secondsInAll } from "../domain/forecast";
import type { Plan } from "../domain/plan";
import { cautions, runChecks } from "../upgrade/checks";
import { forecast } from "../run/pastRuns";
import { observeFleet } from "../fleet/observe";
import { withImage } from "../upgrade/newImage";
import { isThereAlready, makePlan, requireSameTarget, type Request } from "../upgrade/planning";
import { findUnfinished } from "../run/unfinished";
import { describePlan } from "../upgrade/planText";
import { Run } from "../run/run";
import { onTarget } from "./onTarget";
import type { Io } from "./io";
import { type PatchOptions, toPatch } from "./patch";
import { toOverrides, toRequest, type UpgradeCommandOptions } from "./upgrade";
import { aging, building, examples, type Verb } from "./verb";

export type PlanOptions = UpgradeCommandOptions & PatchOptions;

/** Turns the options into the request to plan: an upgrade, or without a release a patch. Throws `USAGE`. */
function toPlanned(options: PlanOptions, stack: string): Request {
  const { release, image, latest = false, maxAge } = options;
  const isPatch = release === undefined && (image !== undefined || latest || maxAge !== undefined);
  if (release !== undefined && maxAge !== undefined)
    throw new RepaveError("USAGE", "--max-age works for a patch only: leave out --release");
  return isPatch ? toPatch(options, stack) : toRequest(options, stack);
}

/**
 * Runs `plan`: shows what an upgrade or a patch would check and do, with an estimate from earlier runs. Changes nothing. 0: it could
 * start; 3: it could not.
 */
export async function planCommand(options: PlanOptions, io: Io): Promise<number> {
  toPlanned(options, "");
  return onTarget(options, io, async (target) => {
    const { ports, policy } = target;
    const request = toPlanned(options, target.stackName);
    const [seen, unfinished] = [await observeFleet(ports), await findUnfinished(ports.store)];
    if (unfinished) requireSameTarget(request, unfinished);
    const plan =
      unfinished?.record.plan ??
      makePlan(await withImage(request, seen, { ports, policy }), seen, ports.tfe.packaging, ports.clock.now());
    const run = new Run({ ...ports, runId: unfinished?.record.runId ?? "plan" }, unfinished?.entries);
    if (!unfinished && isThereAlready(plan, seen, request)) {
      run.tell({ event: "note", text: "Nothing to do: every node already runs this build." });
      return 0;
    }
    run.tell({ event: "plan.made", plan, text: describePlan(plan, unfinished?.record.runId) });
    for (const text of cautions({ plan })) run.tell({ event: "warning", text });
    run.tell({ event: "note", text: expectation(await forecast(ports.store), plan) });
    const failed = run.state.drainBegun
      ? []
      : await runChecks({ ports, policy, plan, run, overrides: toOverrides(options) }, seen);
    return failed.length === 0 ? 0 : 3;
  });
}

function expectation(past: Forecast, plan: Plan): string {
  const { runs, hopOutageSeconds, hopBuildSeconds, stepSeconds } = past;
  const hops = plan.hops.length;
  const from =
    runs === 0
      ? "Assumed, as no run of this stack has completed yet"
      : `Expected from ${runs} earlier run${runs === 1 ? "" : "s"}`;
  return (
    `${from}: drain up to ${duration(stepSeconds.drain * hops)}; outage up to ${duration(hopOutageSeconds * hops)} ` +
    `(building a node takes ${duration(hopBuildSeconds)}); ${duration(secondsInAll(past, plan))} in total.`
  );
}

export const planVerb: Verb = ({ io, verb, exit }) => {
  aging(building(verb("plan", "Show what an upgrade or a patch would check and do. Changes nothing.")))
    .addHelpText(
      "after",
      examples("npm run plan -- --release 692 --stack production", "npm run plan -- --latest --stack production"),
    )
    .action(async (options: PlanOptions) => exit(await planCommand(options, io)));
};
