import { asRepaveError, RepaveError } from "../domain/errors";
import type { FinalNode, Outcome, RunFinished } from "../domain/events";
import { measureOutage } from "../domain/outage";
import { target, type Plan } from "../domain/plan";
import type { Operator } from "../ports/operator";
import type { Policy, Ports } from "./context";
import { execute, StepFailed } from "./engine";
import { restoreFence } from "./fencing";
import { cautions } from "./checks";
import { observeFleet, type FleetSeen } from "./observe";
import { findUnfinished, isThereAlready, makePlan, requireSameTarget, type Request } from "./planning";
import { describePlan } from "./planText";
import { renderReport } from "./report";
import { Run } from "./run";
import { STEPS } from "./steps";

export interface UpgradeOptions {
  readonly ports: Ports;
  readonly policy: Policy;
  readonly operator: Operator;
  /** Aborts with a RepaveError (`INTERRUPTED`) when the operator stops the run. */
  readonly signal: AbortSignal;
  /** A few letters or digits that make the id of a new run its own, should two begin in the same second. */
  readonly nonce: string;
  /** Told of the run before it acts: the stack's updates carry its fencing token. */
  begin(run: Run): void;
}

/** From a request to its end, whatever it is. Never throws for what it foresees: the outcome says it. */
export async function upgrade(request: Request, options: UpgradeOptions): Promise<RunFinished> {
  const { ports } = options;
  let plan: Plan;
  let run: Run;
  try {
    const [seen, unfinished] = [await observeFleet(ports), await findUnfinished(ports.store)];
    if (unfinished) {
      requireSameTarget(request, unfinished);
      plan = unfinished.record.plan;
      run = new Run({ ...ports, runId: unfinished.record.runId }, unfinished.entries);
    } else {
      plan = makePlan(request, seen);
      if (isThereAlready(plan, seen)) return tellFinished(ports, summary("nothing-to-do", plan, finalNodes(seen)));
      run = new Run({ ...ports, runId: runId(ports.clock.now(), target(plan).release, options.nonce) });
    }
    ports.reporter.emit({ event: "plan.made", plan, text: describePlan(plan, unfinished?.record.runId) });
    for (const text of cautions({ plan }, seen)) ports.reporter.emit({ event: "warning", text });
    if (!(await options.operator.confirm("Start?")))
      return tellFinished(ports, summary("declined", plan, finalNodes(seen)));
  } catch (error) {
    return tellFailed(ports, "plan", asRepaveError(error));
  }
  options.begin(run);
  try {
    await execute({ ...options, plan, run });
    await run.record(await finish(ports, "done", plan, run));
    await run.letGo();
    return await conclude(ports, plan, run);
  } catch (error) {
    return settle(options, plan, run, error);
  }
}

/** Stops where it is safe: puts everything back if no drain was begun, otherwise holds all as it is for the one who resumes. */
async function settle(options: UpgradeOptions, plan: Plan, run: Run, thrown: unknown): Promise<RunFinished> {
  const { ports, policy } = options;
  const step = thrown instanceof StepFailed ? thrown.step : "finish";
  const cause = asRepaveError(thrown instanceof StepFailed ? thrown.cause : thrown);
  if (!run.isOpen) return tellFailed(ports, step, cause, plan);
  // Putting things back is acting, too: only the holder of the lease may.
  const notOurs = await run.hold(policy.lease.ttlMs).then(() => undefined, asRepaveError);
  if (notOurs && notOurs.code !== cause.code) run.tell({ event: "warning", text: cause.message });
  const error = notOurs ?? cause;
  if (error.code === "LEASE_LOST" || error.code === "JOURNAL_UNWRITABLE") {
    // Whoever overtook this run owns the fleet now, and what cannot be written down is not done.
    run.tell({
      event: "run.failed",
      step,
      code: error.code,
      detail: error.detail,
      fleet: "as it was: this run has stopped acting",
    });
    return tellFinished(ports, await finish(ports, "halted", plan, run));
  }
  const untouched = !run.state.drainBegun;
  let restored = false;
  if (untouched) {
    restored = await restoreFence({ ports, run }).then(
      () => true,
      (failure: unknown) => {
        run.tell({ event: "warning", text: `the fence could not be opened: ${asRepaveError(failure).detail}` });
        return false;
      },
    );
  }
  const staged = step === "stage" || Object.keys(run.state.hops).length > 0;
  const fleet = restored
    ? `as it was found: no node was drained, the group's processes are resumed${staged ? "; the launch template may hold the new build, which no node uses" : ""}`
    : `held as it is, processes suspended; resume with: npm run upgrade -- --stack ${plan.stack} --release ${target(plan).release}`;
  await run.record({ event: "run.failed", step, code: error.code, detail: error.detail, fleet });
  await run.record(await finish(ports, outcomeOf(error, restored), plan, run));
  await (restored ? run.letGo() : run.park());
  return conclude(ports, plan, run);
}

/** The report, whatever the end; that it could not be written is no reason to fail. */
async function conclude(ports: Ports, plan: Plan, run: Run): Promise<RunFinished> {
  const finished = last(run);
  try {
    const where = await ports.store.save(
      run.id,
      "report.md",
      renderReport(plan, await ports.store.journal(run.id), finished),
    );
    run.tell({ event: "note", text: `report: ${where}` });
  } catch (error) {
    run.tell({ event: "warning", text: `the report could not be written: ${asRepaveError(error).detail}` });
  }
  return finished;
}

function outcomeOf(error: RepaveError, restored: boolean): Outcome {
  if (error.code === "INTERRUPTED") return "interrupted";
  if (!restored) return "halted";
  return error.disposition === "blocked" ? "blocked" : "failed";
}

/** Nothing was begun, so nothing is changed: blocked, or stopped by the operator. */
function tellFailed(ports: Ports, step: string, error: RepaveError, plan?: Plan): RunFinished {
  ports.reporter.emit({ event: "run.failed", step, code: error.code, detail: error.detail, fleet: "unchanged" });
  return tellFinished(ports, summary(error.code === "INTERRUPTED" ? "interrupted" : "blocked", plan, []));
}

function tellFinished(ports: Ports, event: RunFinished): RunFinished {
  ports.reporter.emit(event);
  return event;
}

function last(run: Run): RunFinished {
  if (!run.state.finished) throw new RepaveError("INTERNAL", "the run did not finish");
  return run.state.finished;
}

function summary(outcome: Outcome, plan: Plan | undefined, nodes: readonly FinalNode[]): RunFinished {
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

async function finish(ports: Ports, outcome: Outcome, plan: Plan, run: Run): Promise<RunFinished> {
  const seen = await observeFleet(ports).catch(() => undefined);
  const { outageSeconds, nodeBuildSeconds, outageRatio, parts } = measureOutage(run.state, ports.clock.now());
  const steps = STEPS.map(({ id }) => ({ id, seconds: run.state.stepSeconds[id] ?? 0 }));
  return {
    ...summary(outcome, plan, seen ? finalNodes(seen) : []),
    runId: run.id,
    outageSeconds,
    nodeBuildSeconds,
    outageRatio,
    outageParts: parts,
    steps,
  };
}

function finalNodes({ nodes }: FleetSeen): readonly FinalNode[] {
  return nodes.map(({ instance, release, healthy }) => ({
    instanceId: instance.id,
    release: release ?? null,
    healthy,
  }));
}

/** `run-20261123-031500-642-k3f9`: sorts by time, and may begin the id of a database snapshot. */
function runId(now: number, release: number, nonce: string): string {
  const stamp = new Date(now).toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `run-${stamp}-${release}-${nonce}`;
}
