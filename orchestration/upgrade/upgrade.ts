import { asRepaveError, RepaveError } from "../domain/errors";
import type { NodeFacts, RunEvent, RunFinished } from "../domain/events";
import type { JournalEntry } from "../domain/journal";
import { target, type Plan } from "../domain/plan";
import { type Release, releaseInId } from "../domain/release";
import type { Prompt } from "../ports/prompt";
import { catchUp } from "./catchUp";
import { cautions } from "./checks";
import type { Override, Ports, Unattended } from "../run/context";
import type { Policy } from "../run/policy";
import { conclude, finalNodes, settle, summary, tellFailed, tellFinished } from "./ending";
import { execute, StepFailed } from "./walk";
import { removeStrayLease } from "../run/leasing";
import { factsOf } from "../fleet/instances";
import { observeFleet } from "../fleet/observe";
import { withImage } from "./newImage";
import { outlook } from "./outlook";
import { isStaged, isThereAlready, makePlan, requireSameTarget, type Request } from "./planning";
import { findUnfinished } from "../run/unfinished";
import { patientStore } from "../run/patience";
import { describePlan } from "./planText";
import { Run } from "../run/run";

export interface UpgradeOptions {
  readonly ports: Ports;
  readonly policy: Policy;
  readonly prompt: Prompt;
  /** Aborts with a RepaveError (`INTERRUPTED`) when the operator stops the run. */
  readonly signal: AbortSignal;
  /** Risks that the operator takes by name. */
  readonly overrides: readonly Override[];
  /** Replace nodes of the new build that are not healthy; only on a run that is resumed. */
  readonly rebuildNode: boolean;
  /** A few letters or digits that make the id of a new run its own, should two begin in the same second. */
  readonly nonce: string;
  /** Undefined: a person is there. Else the stack's file is brought up to date without a word from one, too. */
  readonly unattended?: Unattended;
  /** Told of the run before it acts: the stack's updates carry its fencing token. */
  begin(run: Run): void;
}

const STAGED_STAYS =
  "a build is staged that a patch does not activate; `upgrade --release` of the release that runs does";

/** From a request to its end, whatever it is. Never throws for what it foresees: the outcome says it. */
export async function upgrade(request: Request, options: UpgradeOptions): Promise<RunFinished> {
  const { ports, unattended } = options;
  let { policy } = options;
  let plan: Plan;
  let run: Run;
  let nodes: readonly NodeFacts[];
  try {
    const [seen, unfinished] = [await observeFleet(ports), await findUnfinished(ports.store)];
    if (unfinished) {
      requireSameTarget(request, unfinished);
      await catchUp(ports);
      plan = unfinished.record.plan;
      run = openRun(unfinished.record.runId, options, unfinished.entries);
    } else {
      await removeStrayLease(options);
      if (unattended) await catchUp(ports);
      if (request.resume) throw new RepaveError("NOTHING_TO_RESUME", request.stack);
      plan = makePlan(await withImage(request, seen, options), seen, ports.tfe.packaging, ports.clock.now());
      if (isThereAlready(plan, seen, request)) {
        if (isStaged(seen)) ports.reporter.emit({ event: "warning", text: STAGED_STAYS });
        return tellFinished(ports, summary("nothing-to-do", plan, finalNodes(seen)));
      }
      const instead = await unattended?.mayBegin(plan);
      if (instead) return instead;
      run = openRun(runId(ports.clock.now(), target(plan).release, options.nonce), options);
    }
    nodes = seen.nodes.map(({ instance }) => factsOf(instance));
    ports.reporter.emit({ event: "plan.made", plan, text: describePlan(plan, unfinished?.record.runId) });
    for (const text of cautions({ plan })) ports.reporter.emit({ event: "warning", text });
    ports.reporter.emit(await outlook(ports.store, plan, seen, run.state));
    if (!(await options.prompt.confirm("Start?")))
      return tellFinished(ports, summary("declined", plan, finalNodes(seen)));
    if (unattended) policy = await unattended.policyFor(plan);
  } catch (error) {
    return tellFailed(ports, "plan", asRepaveError(error));
  }
  options.begin(run);
  try {
    await run.record({ event: "fleet.found", nodes });
    await execute({ ...options, policy, plan, run });
    return await conclude({ ...options, plan, run }, "done");
  } catch (error) {
    const cause = error instanceof StepFailed ? error.cause : error;
    const isHeld = cause instanceof RepaveError && cause.code === "LEASE_HELD" && !run.isOpen;
    return isHeld && unattended ? unattended.whenHeld(cause, plan) : settle({ ...options, plan, run }, error);
  }
}

/** A run whose journal and lease are waited for like everything else, once it is under way. */
export function openRun(
  id: string,
  { ports, signal }: Pick<UpgradeOptions, "ports" | "signal">,
  entries: readonly JournalEntry[] = [],
): Run {
  const { clock, reporter } = ports;
  const tell = (event: RunEvent): void => reporter.emit(event);
  const store = patientStore(ports.store, { clock, signal, tell, isUnderWay: () => run.isOpen });
  const run: Run = new Run({ runId: id, store, clock, reporter }, entries);
  return run;
}

/** `run-20261123-031500-642-k3f9`: sorts by time, and may begin the id of a database snapshot. */
export const runId = (now: number, release: Release, nonce: string): string =>
  `run-${stamp(now)}-${releaseInId(release)}-${nonce}`;

/** `20261123-031500`: what ids of runs and operations sort by. */
export const stamp = (now: number): string =>
  new Date(now).toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
