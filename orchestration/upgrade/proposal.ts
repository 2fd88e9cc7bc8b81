import type { Plan } from "../domain/plan";
import type { Place } from "../domain/start/place";
import { observeFleet, type FleetSeen } from "../fleet/observe";
import { RepaveError } from "../domain/errors";
import type { Ports } from "../run/context";
import type { Policy } from "../run/policy";
import type { JournaledRun } from "../run/pastRuns";
import { cautions } from "./checks";
import { withImage } from "./newImage";
import { hasArrived, planAdoption } from "./adoption/plan";
import { isStaged, isThereAlready, makePlan, requireSameTarget, type Request, stayingAs } from "./planning";
import { planMove } from "./move/relocation";
import { isCarriedOut } from "./planned";
import { describePlan } from "./planText";
import { NO_WORKSPACE, proofOf } from "./proof/wanted";
import { type Asking, requireVouchedImages } from "./vouchedImages";

/** What a request would do, before anything is changed: `plan` shows it, `upgrade` and `patch` carry it out. */
export interface Proposal {
  readonly plan: Plan;
  readonly seen: FleetSeen;
  /** The run that would be resumed; undefined: a new one. */
  readonly unfinished: JournaledRun | undefined;
  /** There is nothing to do: every node is the target already. */
  readonly isThere: boolean;
}

/**
 * Makes the plan of a request, or returns that of the unfinished run that it resumes. Changes nothing. Throws `RUN_UNFINISHED` if
 * that run has another target (`LEASE_HELD` if it is alive), `NOTHING_TO_RESUME`, `PATH_ILLEGAL`, `IMAGE_UNRESOLVED`, `PLAN_OUTDATED`.
 */
export async function propose(
  request: Request,
  unfinished: JournaledRun | undefined,
  options: { readonly ports: Ports; readonly policy: Policy; readonly place: Place },
): Promise<Proposal> {
  const { ports } = options;
  if (unfinished) requireSameTarget(request, unfinished, { lease: await ports.store.lease(), now: ports.clock.now() });
  else if (request.resume) throw new RepaveError("NOTHING_TO_RESUME", request.stack);
  const seen = await observeFleet(ports);
  if (request.smoke && !ports.smokeRuns) throw new RepaveError("USAGE", NO_WORKSPACE);
  if (unfinished && request.smoke && unfinished.record.plan.proof?.smoke === undefined)
    throw new RepaveError("USAGE", "--smoke cannot be added to an unfinished run; `health --smoke` makes a smoke run");
  if (unfinished) return { plan: unfinished.record.plan, seen, unfinished, isThere: false };
  const { planned } = request;
  if (planned)
    return { plan: planned.saved.plan, seen, unfinished, isThere: await isCarriedOut(planned, seen, options) };
  if (request.adoption) {
    const { adoption } = request;
    return { plan: planAdoption(request.stack, adoption, seen), seen, unfinished, isThere: hasArrived(adoption, seen) };
  }
  const { move } = request;
  const made = move
    ? await planMove(request.stack, move, seen, ports)
    : makePlan(await withImage(request, seen, options), seen, ports.tfe.packaging, ports.clock.now());
  if (!made) return { plan: stayingAs(request.stack, seen), seen, unfinished, isThere: true };
  const plan = { ...made, ...furtherOf(request, options.policy, made.adoption !== undefined) };
  if (move) return { plan, seen, unfinished, isThere: false };
  return { plan, seen, unfinished, isThere: isThereAlready(plan, seen, request) };
}

/** What the plan has beyond its hops: proofs of the new build, and a shorter outage, unless the fleet changes its group. */
function furtherOf(
  request: Request,
  policy: Policy,
  isAdoption: boolean,
): Pick<Plan, "proof" | "prewarm" | "zeroMeans"> {
  const proof = proofOf(request, policy);
  const prewarm = isAdoption ? 0 : (request.prewarm ?? policy.prepare.prewarm);
  const zeroMeans = isAdoption ? "terminated" : (request.zeroMeans ?? policy.zero.means);
  return {
    ...(Object.keys(proof).length === 0 ? {} : { proof }),
    ...(prewarm === 0 ? {} : { prewarm }),
    ...(zeroMeans === "stopped" ? { zeroMeans } : {}),
  };
}

const STAGED_STAYS =
  "a build is staged, and `patch` does not activate it. Activate it with `upgrade --release`, naming the current release";

/** Says what is proposed: the plan and what to know of it; or, where there is nothing to do, that a staged build stays staged. */
export function tellProposal(
  { plan, seen, unfinished, isThere }: Proposal,
  { reporter, tfe }: Pick<Ports, "reporter" | "tfe">,
  policy: Policy,
): void {
  if (isThere) {
    if (!plan.adoption && isStaged(seen)) reporter.emit({ event: "warning", text: STAGED_STAYS });
    return;
  }
  reporter.emit({ event: "plan.made", plan, text: describePlan(plan, tfe, policy, unfinished?.record.runId) });
  for (const text of cautions({ plan })) reporter.emit({ event: "warning", text });
}

/**
 * Updates the stack's file with what other clones recorded, and reports it: for a resumed run, whose own values those are, and for
 * an unattended one.
 */
export async function catchUp(asking: Asking & { readonly ports: Pick<Ports, "reporter"> }): Promise<void> {
  const { stack, reporter } = asking.ports;
  const changed = await stack.bringUpToDate((images) => requireVouchedImages(images, asking));
  if (changed === undefined) return;
  reporter.emit({ event: "note", text: `the stack file was out of date and has been updated: ${changed}` });
}
