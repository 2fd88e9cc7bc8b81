import { resolve } from "node:path";
import { requireWritable, writePlan } from "../wiring/machine";
import { describeOutage } from "../domain/forecast";
import type { PlanDetour } from "../domain/commandEvents";
import { RepaveError } from "../domain/errors";
import { planVerdict } from "../domain/planVerdict";
import { runChecks } from "../upgrade/checks";
import { forecast } from "../run/pastRuns";
import { observeFleet } from "../fleet/observe";
import type { Target } from "../wiring/target";
import { planDetour } from "../upgrade/move/detour";
import type { Request } from "../upgrade/planning";
import { propose, tellProposal } from "../upgrade/proposal";
import { savedPlan } from "../upgrade/planned";
import { findUnfinished, refusal } from "../run/unfinished";
import { Run } from "../run/run";
import { EXIT_CODES } from "./parts/exitCodes";
import { onTarget } from "./parts/onTarget";
import type { Io } from "./io";
import { type PatchOptions, toPatch } from "./patch";
import { toOverrides, toRequest, type UpgradeCommandOptions, type Wanted } from "./upgrade";
import { accepting, aging, building, having, onLab, onRecords, preparing, proving, writing } from "./options";
import { runPlan } from "./parts/planFile";
import { examples, type Verb } from "./parts/verb";

export interface PlanOptions extends UpgradeCommandOptions, PatchOptions {
  /** Undefined: the plan is shown, and not written. */
  readonly out?: string;
}

/** Turns the options into the request to plan: an upgrade, or without a release a patch. Throws `USAGE`. */
function toWanted(options: PlanOptions): Wanted {
  const { release, image, latest = false, maxAge } = options;
  const isPatch = release === undefined && (image !== undefined || latest || maxAge !== undefined);
  return isPatch ? toPatch(options) : toRequest(options);
}

/**
 * Runs `plan`: shows what an upgrade or a patch would check and do, with an estimate from earlier runs, and writes the plan where that
 * is asked for, also when a check fails: it may pass by the time of the run, which makes every check anew. Changes nothing else but what a
 * running node has downloaded ahead. 0: it could start; 3: it could not.
 */
export async function planCommand(options: PlanOptions, io: Io): Promise<number> {
  const wanted = toWanted(options);
  const overrides = toOverrides(options);
  const { out } = options;
  const file = out === undefined ? undefined : resolve(out);
  if (file !== undefined) await requireWritable(file);
  return onTarget(options, io, async (target) => {
    const { ports, policy } = target;
    const request = { ...wanted, stack: target.stackName };
    const found = await findUnfinished(ports.store);
    const proposal = await propose(request, found, target).catch((error: unknown) => wayRound(error, request, target));
    if ("event" in proposal) {
      ports.reporter.emit(proposal);
      return EXIT_CODES.blocked;
    }
    const { plan, seen, unfinished } = proposal;
    if (file !== undefined && unfinished)
      throw refusal(unfinished, { lease: await ports.store.lease(), now: ports.clock.now() });
    tellProposal(proposal, ports, policy);
    const run = new Run({ ...ports, runId: unfinished?.record.runId ?? "plan" }, unfinished?.entries);
    if (proposal.isThere) {
      run.tell({
        event: "note",
        text: `Nothing to do: every node already runs this build.${file === undefined ? "" : ` No plan is written to ${file}.`}`,
      });
      return EXIT_CODES["nothing-to-do"];
    }
    const past = await forecast(ports.store);
    run.tell({ event: "note", text: `Expected: ${describeOutage(past, plan)}.` });
    const made = run.state.drainBegun
      ? []
      : await runChecks({ ports, policy, plan, run, overrides, signal: io.signal }, seen);
    if (file !== undefined) await writePlan(file, await savedPlan(plan, request, seen, target));
    const written = out === undefined ? undefined : { file: out, command: runPlan(out, plan.stack) };
    const accepted = overrides.map(({ id }) => id);
    const resumes = unfinished !== undefined;
    const verdict = planVerdict({ plan, checks: made, forecast: past, resumes, accepted, written });
    run.tell({ event: "plan.judged", ...verdict });
    return verdict.failed.length === 0 ? EXIT_CODES.done : EXIT_CODES.blocked;
  });
}

/** A release that only the other packaging has is not refused without the way there. Throws the error where there is none. */
async function wayRound(
  error: unknown,
  { stack, release }: Request,
  { ports }: Pick<Target, "ports">,
): Promise<PlanDetour> {
  if (!(error instanceof RepaveError) || error.code !== "PATH_ILLEGAL" || release === undefined) throw error;
  const detour = planDetour({ stack, release }, await observeFleet(ports), await forecast(ports.store));
  if (!detour) throw error;
  return detour;
}

export const planVerb: Verb = {
  name: "plan",
  acts: false,
  register({ io, verb, exit }) {
    const command = verb(
      "Show what an upgrade or a patch would check and do. Changes nothing but what a node has downloaded.",
    );
    having(command, onRecords, building, aging, preparing, proving, accepting, writing, onLab)
      .addHelpText(
        "after",
        examples(
          "npm run plan -- --release 692 --stack production",
          "npm run plan -- --latest --stack production",
          "npm run plan -- --release 692 --stack production --out plan.json",
        ),
      )
      .action(async (options: PlanOptions) => exit(await planCommand(options, io)));
  },
};
