import { duration } from "../adapters/reporters/lines";
import { cautions, runChecks } from "../upgrade/checks";
import { estimate } from "../upgrade/estimate";
import { observeFleet } from "../upgrade/observe";
import { withImage } from "../upgrade/newImage";
import { findUnfinished, isThereAlready, makePlan, requireSameTarget } from "../upgrade/planning";
import { describePlan } from "../upgrade/planText";
import { Run } from "../upgrade/run";
import { openTarget } from "../wiring";
import { targetOptions, type Io } from "./io";
import { toOverrides, toRequest, type UpgradeCommandOptions } from "./upgrade";
import { building, examples, type Verb } from "./verb";

/** `plan`: everything an upgrade would check and do, with an estimate from past runs. Changes nothing. 0: it could start; 3: not. */
export async function planCommand(options: UpgradeCommandOptions, io: Io): Promise<number> {
  toRequest(options, "");
  const target = await openTarget(targetOptions(options, io));
  try {
    const { ports, policy } = target;
    const request = toRequest(options, target.stackName);
    const [seen, unfinished] = [await observeFleet(ports), await findUnfinished(ports.store)];
    if (unfinished) requireSameTarget(request, unfinished);
    const plan =
      unfinished?.record.plan ?? makePlan(await withImage(request, seen, { ports, policy }), seen, ports.clock.now());
    const run = new Run({ ...ports, runId: unfinished?.record.runId ?? "plan" }, unfinished?.entries);
    if (!unfinished && isThereAlready(plan, seen, request)) {
      run.tell({ event: "note", text: "Nothing to do: every node is on it already." });
      return 0;
    }
    run.tell({ event: "plan.made", plan, text: describePlan(plan, unfinished?.record.runId) });
    for (const text of cautions({ plan })) run.tell({ event: "warning", text });
    const past = await estimate(ports.store);
    run.tell({
      event: "note",
      text: past
        ? expectation(past, plan.hops.length)
        : "No run of this stack has finished yet, so there is no estimate.",
    });
    const failed = run.state.drainBegun
      ? []
      : await runChecks({ ports, policy, plan, run, overrides: toOverrides(options) }, seen);
    return failed.length === 0 ? 0 : 3;
  } finally {
    await target.close();
  }
}

function expectation(past: NonNullable<Awaited<ReturnType<typeof estimate>>>, hops: number): string {
  const { runs, outageSeconds, nodeBuildSeconds, drainSeconds } = past;
  return (
    `From ${runs} past run${runs === 1 ? "" : "s"}: drain up to ${duration(drainSeconds * hops)}, ` +
    `outage up to ${duration(outageSeconds * hops)}, of a node build of ${duration(nodeBuildSeconds)}.`
  );
}

export const planVerb: Verb = ({ io, verb, exit }) => {
  building(verb("plan", "Show everything an upgrade would check and do. Changes nothing."))
    .addHelpText("after", examples("npm run plan -- --release 692 --stack production"))
    .action(async (options: UpgradeCommandOptions) => exit(await planCommand(options, io)));
};
