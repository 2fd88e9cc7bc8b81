import { asRepaveError, RepaveError, type ErrorCode } from "../domain/errors";
import type { FinalNode, Outcome, RunFinished } from "../domain/events";
import { fold, pastPointOfNoReturn } from "../domain/journal";
import { target, type Plan } from "../domain/plan";
import { isStep } from "../domain/steps";
import type { Ports } from "../run/context";
import type { Policy } from "../run/policy";
import type { JournaledRun } from "../run/pastRuns";
import { findUnfinished } from "../run/unfinished";
import { StepFailed } from "./walk";
import { collectEvidence } from "./evidence";
import { restoreFence } from "../fleet/fencing";
import { dropPreparedOrSay } from "../fleet/prepared/preparing";
import type { FleetSeen } from "../fleet/observe";
import { finalNodes, leftIn, measured, withStanding } from "./left";
import { saveReports } from "./report";
import type { Run } from "../run/run";
import { STEPS } from "./steps";

/** What an ending needs of a run. */
export interface Ending {
  readonly ports: Ports;
  readonly policy: Policy;
  readonly plan: Plan;
  readonly run: Run;
}

/** Ends a run as intended: the last entry, the lease released, the report. */
export async function conclude(ending: Ending, outcome: Outcome): Promise<RunFinished> {
  await ending.run.record(await finish(ending, outcome));
  await ending.run.letGo();
  return report(ending);
}

/** Failures of a node that did not come up. Its state now is what someone will need to find the cause. */
const WORTH_EVIDENCE: readonly ErrorCode[] = [
  "GATE_TIMEOUT",
  "STARTUP_FAILED",
  "WRONG_RELEASE",
  "SMOKE_FAILED",
  "SOAK_FAILED",
  "VERIFY_FAILED",
  "REBUILD_REFUSED",
];

/** Stops where it is safe: reverts everything if no drain has started, otherwise leaves the fleet as it is, to be resumed. */
export async function settle(ending: Ending, thrown: unknown): Promise<RunFinished> {
  const { ports, run } = ending;
  const [step, cause] = thrown instanceof StepFailed ? [thrown.step, thrown.cause] : ["finish", thrown];
  const finished = await stopActing(ending, step, cause, {
    overtaken: "as it was; this run has stopped acting",
    async putBack(error) {
      const restored = !run.state.drainBegun && (await putBack(ending));
      const staged = isStep(step, "stage") || Object.keys(run.state.hops).length > 0;
      const fleet = restored
        ? `restored: no node was drained, and the group's processes are resumed${staged ? "; the launch template may hold the new build, which no node uses" : ""}`
        : `on hold, with the group's processes suspended`;
      const next = error.code === "INTERRUPTED" ? { next: continuing(ending, restored) } : {};
      return { fleet, outcome: outcomeOf(error, restored), isOver: restored, ...next };
    },
    async finish(outcome, { code }) {
      if (WORTH_EVIDENCE.includes(code)) {
        await collectEvidence(ports, run).catch((failure: unknown) =>
          run.tell({ event: "warning", text: `evidence could not be collected: ${asRepaveError(failure).detail}` }),
        );
      }
      return finish(ending, outcome);
    },
  });
  // A report is made from the journal: not for a run that was taken over, or never started.
  return run.state.finished === finished ? report(ending) : finished;
}

/** How a run or an operation stops before its end. */
interface Stopping {
  /** The state of a fleet that another process owns now. */
  readonly overtaken: string;
  /** Reverts what is safe to revert, and describes how the fleet is left. `isOver`: there is nothing to resume. */
  putBack(error: RepaveError): Promise<{
    readonly fleet: string;
    readonly outcome: Outcome;
    readonly isOver: boolean;
    /** What to do next; absent: the remedy of the error. */
    readonly next?: string;
  }>;
  /** The last event. */
  finish(outcome: Outcome, error: RepaveError): Promise<RunFinished>;
}

/**
 * The only way in which a run or an operation stops before its end. Reverting is acting too: only the holder of the lease may. If
 * another process took over, or the journal cannot be written, it does nothing more and says so.
 */
export async function stopActing(
  { ports, policy, plan, run }: Ending,
  step: string,
  thrown: unknown,
  stopping: Stopping,
): Promise<RunFinished> {
  const cause = asRepaveError(thrown);
  if (!run.isOpen) return tellFailed(ports, step, cause, plan);
  const notOurs = await run.hold(policy.lease.ttlMs).then(() => undefined, asRepaveError);
  if (notOurs && notOurs.code !== cause.code) run.tell({ event: "warning", text: cause.message });
  const error = notOurs ?? cause;
  const { code, detail } = error;
  // Whose lease it is cannot be seen either where the lease is damaged.
  if (code === "LEASE_LOST" || code === "JOURNAL_UNWRITABLE" || notOurs?.code === "RUN_STORE_UNREADABLE") {
    run.tell({ event: "run.failed", step, code, detail, fleet: stopping.overtaken });
    return tellFinished(ports, await stopping.finish("halted", error));
  }
  const { fleet, outcome, isOver, ...next } = await stopping.putBack(error);
  await run.record({ event: "run.failed", step, code, detail, fleet, ...next });
  const finished = await stopping.finish(outcome, error);
  await run.record(finished);
  await (isOver ? run.letGo() : run.park());
  return finished;
}

async function putBack({ ports, policy, run }: Ending): Promise<boolean> {
  await dropPreparedOrSay({ ports, policy, run }, "the run is reverted");
  try {
    await restoreFence({ ports, run });
    return true;
  } catch (failure) {
    run.tell({ event: "warning", text: `the fence could not be lifted: ${asRepaveError(failure).detail}` });
    return false;
  }
}

/** The ways on, for an operator who stopped a run. */
function continuing({ plan, run }: Ending, restored: boolean): string {
  const { stack } = plan;
  if (restored) return "Give the same command again to start anew. There is nothing to undo.";
  const undo = pastPointOfNoReturn(run.state) ? "" : `, or undo with: npm run abort -- --stack ${stack}`;
  return `Continue with: npm run upgrade -- --resume --stack ${stack}${undo}`;
}

function outcomeOf(error: RepaveError, restored: boolean): Outcome {
  if (error.code === "INTERRUPTED") return "interrupted";
  if (!restored) return "halted";
  return error.disposition === "blocked" ? "blocked" : "failed";
}

/** Ends a command that changed nothing: blocked, or stopped by the operator. The fleet may be as an unfinished run left it. */
export async function tellFailed(
  ports: Ports,
  step: string,
  { code, detail, next: ownNext }: RepaveError,
  plan?: Plan,
): Promise<RunFinished> {
  // A run that is alive has left nothing: it goes on.
  const left = code === "LEASE_HELD" ? undefined : await findUnfinished(ports.store).catch(() => undefined);
  const runId = left && isUnderWay(left) ? left.record.runId : null;
  const fleet = runId === null ? "unchanged" : `as run ${runId} left it`;
  const asked = code === "INTERRUPTED";
  const next = asked ? { next: "Give the same command again." } : ownNext === undefined ? {} : { next: ownNext };
  ports.reporter.emit({ event: "run.failed", step, code, detail, fleet, ...next });
  return tellFinished(ports, { ...summary(asked ? "interrupted" : "blocked", plan, []), runId });
}

/** Whether the run has done something to the fleet, as far as its journal says. */
const isUnderWay = ({ entries }: JournaledRun): boolean => fold(entries).foundSuspended !== undefined;

export function tellFinished(ports: Ports, event: RunFinished): RunFinished {
  ports.reporter.emit(event);
  return event;
}

/** Writes the reports, whatever the outcome. */
async function report({ ports, plan, run }: Ending): Promise<RunFinished> {
  const finished = run.state.finished;
  if (!finished) throw new RepaveError("INTERNAL", "the run did not finish");
  await saveReports(ports, plan, run);
  return finished;
}

/** The last event of a run that never started. */
export function summary(outcome: Outcome, plan: Plan | undefined, nodes: readonly FinalNode[]): RunFinished {
  return {
    event: "run.finished",
    outcome,
    runId: null,
    from: plan?.from.release ?? null,
    release: plan ? target(plan).release : null,
    hops: outcome === "nothing-to-do" ? [] : (plan?.hops.map((hop) => hop.release) ?? []),
    nodes,
    outageSeconds: outcome === "nothing-to-do" ? 0 : null,
    nodeBuildSeconds: null,
    outageRatio: null,
    outageParts: null,
    steps: [],
  };
}

async function finish({ ports, plan, run }: Ending, outcome: Outcome): Promise<RunFinished> {
  const left = await leftIn(ports, plan.stack, { id: run.id, outcome });
  return {
    ...summary(outcome, plan, left.nodes),
    ...left.standing,
    runId: run.id,
    ...measured(run.state, ports.clock.now()),
    steps: STEPS.map(({ id }) => ({ id, seconds: run.state.stepSeconds[id] ?? 0 })),
  };
}

/** The last event of a run or an operation that was not started, with the fleet as it was found. */
export async function untouched(ports: Ports, outcome: Outcome, plan: Plan, seen: FleetSeen): Promise<RunFinished> {
  const found = await withStanding(ports, plan.stack, finalNodes(seen));
  return { ...summary(outcome, plan, found.nodes), ...found.standing };
}
