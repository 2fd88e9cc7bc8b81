import { asRepaveError, RepaveError } from "../domain/errors";
import type { RunEvent, RunFinished } from "../domain/events";
import type { JournalEntry } from "../domain/journal";
import type { Place } from "../domain/start/place";
import { target } from "../domain/plan";
import { type Release, releaseInId } from "../domain/release";
import type { Planned } from "../domain/start/savedPlan";
import type { Pause, Prompt } from "../ports/prompt";
import type { Override, Ports, Unattended } from "../run/context";
import type { Policy } from "../run/policy";
import { conclude, settle, tellFailed, tellFinished, untouched } from "./ending";
import { check, execute, StepFailed, type RunContext } from "./walk";
import { removeStrayLease } from "../run/leasing";
import { factsOf } from "../fleet/instances";
import { observeFleet } from "../fleet/observe";
import { intent, outlook } from "./outlook";
import type { Request } from "./planning";
import { builtFrom, requireVouchedImages } from "./vouchedImages";
import { requirePlannedWorld } from "./planned";
import { catchUp, propose, tellProposal, type Proposal } from "./proposal";
import { findUnfinished } from "../run/unfinished";
import { patientStore } from "../run/patience";
import { Run } from "../run/run";
import { stamp } from "../run/stamp";

export interface UpgradeOptions {
  readonly ports: Ports;
  readonly policy: Policy;
  readonly prompt: Prompt;
  /** Aborts with a RepaveError (`INTERRUPTED`) when the operator stops the run. */
  readonly signal: AbortSignal;
  /** Risks that the operator accepts by id. */
  readonly overrides: readonly Override[];
  /** Replace nodes of the new build that are not healthy; only on a run that is resumed. */
  readonly rebuildNode: boolean;
  /** A few letters or digits that make the id of a new run its own, should two begin in the same second. */
  readonly nonce: string;
  /** Where the stack's fleet is; the operator is shown it before anything is changed. */
  readonly place: Place;
  /** Number of the change that the run is shown with. */
  readonly changeNumber?: string;
  /** Undefined: the run does not stop before its outage. */
  readonly pause?: Pause;
  /** Undefined: a person is there. Otherwise the stack's file is also brought up to date without asking. */
  readonly unattended?: Unattended;
  /** Called with the run before it acts: the stack's updates carry its fencing token. */
  begin(run: Run): void;
}

/** Carries out a request to its end. Does not throw for expected failures: the outcome says what happened. */
export async function upgrade(request: Request, options: UpgradeOptions): Promise<RunFinished> {
  let begun: Begun | RunFinished;
  try {
    begun = await begin(request, options);
  } catch (error) {
    return tellFailed(options.ports, "plan", asRepaveError(error));
  }
  return "event" in begun ? begun : carryOut(begun);
}

/** A run that may act: its checks have passed, and the person who was asked has agreed. */
type Begun = UpgradeOptions & RunContext;

/** Prepares a run, up to the moment before anything is changed. Resolves to the end instead if there is nothing to do, or it may not start. */
async function begin(request: Request, options: UpgradeOptions): Promise<Begun | RunFinished> {
  const { ports, unattended } = options;
  const proposal = await proposed(request, options);
  const { plan, seen, unfinished } = proposal;
  if (proposal.isThere) {
    tellProposal(proposal, ports, options.policy);
    return tellFinished(ports, await untouched(ports, "nothing-to-do", plan, seen));
  }
  const instead = unfinished ? undefined : await unattended?.mayBegin(plan);
  if (instead) return instead;
  const id = unfinished?.record.runId ?? runId(ports.clock.now(), target(plan).release, options.nonce);
  const run = openRun(id, options, unfinished?.entries);
  tellProposal(proposal, ports, options.policy);
  ports.reporter.emit(await outlook(ports.store, plan, seen, run.state));
  const policy = unattended ? await unattended.policyFor(plan) : options.policy;
  await run.record({ event: "fleet.found", nodes: seen.nodes.map(({ instance }) => factsOf(instance)) });
  const begun = { ...options, policy, plan, run };
  try {
    const planned = unfinished ? undefined : request.planned;
    if (!(await isAgreed(begun, unfinished ? "Resume?" : "Start?", planned)))
      return tellFinished(ports, await untouched(ports, "declined", plan, seen));
  } catch (error) {
    const [step, cause] = error instanceof StepFailed ? [error.step, error.cause] : ["plan", error];
    return tellFailed(ports, step, asRepaveError(cause), plan);
  }
  return begun;
}

/** Makes the checks, says what a start means, and asks. An answer that took long is followed by the checks once more. */
async function isAgreed(begun: Begun, question: string, planned: Planned | undefined): Promise<boolean> {
  const { ports, plan, run, policy, prompt, place } = begun;
  await check(begun);
  ports.reporter.emit(await intent(ports.store, plan, place, run.state));
  const since = ports.clock.monotonic();
  if (!(await prompt.confirm(question, plan.stack))) return false;
  if (ports.clock.monotonic() - since <= policy.checksFreshMs) return true;
  ports.reporter.emit({ event: "note", text: "The checks are no longer fresh, so they are made again." });
  if (planned) await requirePlannedWorld(planned, await observeFleet(ports), begun);
  await check(begun);
  return true;
}

/** The proposal, once what earlier runs left of files and leases is in order. */
async function proposed(request: Request, options: UpgradeOptions): Promise<Proposal> {
  const { ports, unattended } = options;
  const unfinished = await findUnfinished(ports.store);
  // A plan of a file is refused before anything is tidied up.
  const inOrder = unfinished ? undefined : (): Promise<void> => removeStrayLease(options);
  if (!request.planned) await inOrder?.();
  if (!unfinished && unattended) await catchUp(options);
  const proposal = await propose(request, unfinished, options);
  if (request.planned) await inOrder?.();
  // The keys of a way back come from the run store as well.
  if (!unfinished && proposal.plan.move?.undoes !== undefined)
    await requireVouchedImages(await builtFrom(proposal.plan, "to", ports), options);
  if (unfinished) {
    await requireVouchedImages(await builtFrom(proposal.plan, "to", ports), options);
    await catchUp(options);
  }
  return proposal;
}

/** Walks the steps to the end. */
async function carryOut(begun: Begun): Promise<RunFinished> {
  const { plan, run, unattended } = begun;
  begun.begin(run);
  try {
    await execute(begun);
    return await conclude(begun, "done");
  } catch (error) {
    const cause = error instanceof StepFailed ? error.cause : error;
    const isHeld = cause instanceof RepaveError && cause.code === "LEASE_HELD" && !run.isOpen;
    return isHeld && unattended ? unattended.whenHeld(cause, plan) : settle(begun, error);
  }
}

/** Opens a run. Once it is under way, temporary failures of its journal and lease are waited out too. */
export function openRun(
  id: string,
  { ports, signal }: Pick<UpgradeOptions, "ports" | "signal">,
  entries: readonly JournalEntry[] = [],
): Run {
  const { clock, reporter } = ports;
  const tell = (event: RunEvent): void => reporter.emit(event);
  const waited = (): void => run.waited();
  const store = patientStore(ports.store, { clock, signal, tell, waited, isUnderWay: () => run.isOpen });
  const run: Run = new Run({ runId: id, store, clock, reporter }, entries);
  return run;
}

/** `run-20261123-031500-642-k3f9`: sorts by time, and may begin the id of a database snapshot. */
export const runId = (now: number, release: Release, nonce: string): string =>
  `run-${stamp(now)}-${releaseInId(release)}-${nonce}`;
