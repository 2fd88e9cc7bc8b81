import { asRepaveError, RepaveError } from "../domain/errors";
import type { RunFinished } from "../domain/events";
import { describeFit, fitNow } from "../domain/window/fitting";
import { fold, type RunState } from "../domain/journal";
import type { Plan } from "../domain/plan";
import type { RunStore } from "../ports/runStore";
import { abort } from "./abort";
import type { Ports, Unattended } from "../run/context";
import type { Policy } from "../run/policy";
import { summary, tellFailed, tellFinished } from "./ending";
import { type Request } from "./planning";
import type { JournaledRun } from "../run/pastRuns";
import { findUnfinished } from "../run/unfinished";
import { upgrade, type UpgradeOptions } from "./upgrade";
import { latestOutage, lookAhead } from "./windows";

/** Scheduled calls in a row that may fail before a person has to look. */
export const MOST_TRIES = 3;

/** Longest wait of an unattended run for a drain: a drained node takes no work. */
const DRAIN_MS = 6 * 3_600_000;

/**
 * Carries out a scheduled call, unattended. It starts only in a window, resumes the run that an earlier call
 * left, and reverts a run whose outage cannot begin, so that nodes do not stay drained until the next call. After
 * `MOST_TRIES` failed calls in a row it only reports that, until a person starts a run or resumes this one.
 */
export async function scheduled(request: Request, options: UpgradeOptions): Promise<RunFinished> {
  const { ports, policy } = options;
  try {
    const unfinished = await findUnfinished(ports.store);
    const own = unfinished?.record.scheduled === true ? unfinished : undefined;
    const lease = await ports.store.lease();
    if (lease && lease.runId !== own?.record.runId && lease.expiresAt >= ports.clock.now()) {
      return notNow(ports, `${lease.holder} is working on run ${lease.runId}`);
    }
    if (own) return await orTakenBack(await goOn(own, options), options);
    if (unfinished) {
      const { runId, operator } = unfinished.record;
      throw new RepaveError("RUN_UNFINISHED", `run ${runId} was started by ${operator}, who must finish it`);
    }
    const open = fitNow(policy.calendar, ports.clock.now(), 0);
    if (!open.fits) return notNow(ports, describeFit(open, policy.calendar));
    return await orTakenBack(await upgrade(request, await unattended(options)), options);
  } catch (error) {
    return tellFailed(ports, "plan", asRepaveError(error));
  }
}

/** Resumes a run that an earlier call left. A run in its outage is finished at any time; any other needs its window. */
async function goOn({ record, entries }: JournaledRun, options: UpgradeOptions): Promise<RunFinished> {
  const { ports } = options;
  const tried = await tries(ports.store);
  if (tried >= MOST_TRIES) return giveUp(ports, tried, record.plan, record.runId);
  const goes = outageBegun(fold(entries)) || (await lookAhead(options, record.plan, "outage")).fits;
  const going = await unattended(options);
  return goes ? upgrade({ stack: record.stack, resume: true }, going) : takeBack(record.stack, going);
}

/** What is done where an attended run would wait, or ask. */
async function unattended(options: UpgradeOptions): Promise<UpgradeOptions> {
  const { ports, policy } = options;
  const tried = await tries(ports.store);
  const rules: Unattended = {
    attempt: tried + 1,
    async mayBegin(plan) {
      if (tried >= MOST_TRIES) return giveUp(ports, tried, plan, null);
      const seen = await lookAhead(options, plan, "all");
      return seen.fits ? undefined : notNow(ports, describeFit(seen, policy.calendar), plan);
    },
    policyFor: (plan) => bounded(options, plan),
    whenHeld: ({ detail }, plan) => notNow(ports, detail, plan),
  };
  return { ...options, unattended: rules };
}

/** Bounds the drain by the latest start of the outage. */
async function bounded(options: UpgradeOptions, plan: Plan): Promise<Policy> {
  const { ports, policy } = options;
  const now = ports.clock.now();
  const until = Math.min(now + DRAIN_MS, (await latestOutage(options, plan)) ?? now);
  return { ...policy, drain: { ...policy.drain, until } };
}

/** Reverts a run that stopped before its outage. If that fails, and no call will try again, a person has to act. */
async function orTakenBack(finished: RunFinished, options: UpgradeOptions): Promise<RunFinished> {
  const { ports } = options;
  if (finished.outcome !== "halted") return finished;
  const left = await findUnfinished(ports.store);
  const state = left && fold(left.entries);
  // Without that entry the run was taken over, or its journal cannot be written: it no longer acts.
  if (!left || state?.finished?.outcome !== "halted") return finished;
  const canGoBack = !outageBegun(state) && !isTakenBack(left);
  const ended = canGoBack ? await takeBack(left.record.stack, await sameTry(options)) : finished;
  const tried = await tries(ports.store);
  if (ended.outcome === "halted" && tried >= MOST_TRIES) tellGivenUp(ports, tried, left.record.runId);
  return ended;
}

/** Reverting what this call tried does not count as another try. */
async function sameTry(options: UpgradeOptions): Promise<UpgradeOptions> {
  const next = await unattended(options);
  return next.unattended ? { ...next, unattended: { ...next.unattended, attempt: next.unattended.attempt - 1 } } : next;
}

function takeBack(stack: string, options: UpgradeOptions): Promise<RunFinished> {
  const { ports, policy } = options;
  ports.reporter.emit({ event: "note", text: "The outage cannot start now, so the run is reverted." });
  const patient = { ...policy, drain: { ...policy.drain, timeoutMs: DRAIN_MS } };
  return abort(stack, { ...options, policy: patient }, "failed");
}

const outageBegun = ({ hops }: RunState): boolean => Object.values(hops).some((hop) => hop.zeroAsked === true);

/** Whether the last try was to revert it, and failed. */
function isTakenBack({ entries }: JournaledRun): boolean {
  const last = entries.findLast(({ event }) => event === "abort.asked" || event === "step.started");
  return last?.event === "abort.asked";
}

/** How many scheduled calls in a row have failed. A run started or resumed by a person resets the count. */
async function tries(store: RunStore): Promise<number> {
  const newest = (await store.list()).at(-1);
  if (newest?.scheduled !== true) return 0;
  const state = fold(await store.journal(newest.runId));
  if (state.finished?.outcome === "done") return 0;
  // A process that died at once did not record whose try it was.
  return state.entries === 0 ? 1 : state.attempt;
}

const notNow = (ports: Ports, because: string, plan?: Plan): RunFinished =>
  tellFinished(ports, { ...summary("not-now", plan, []), because });

function giveUp(ports: Ports, tried: number, plan: Plan, runId: string | null): RunFinished {
  const because = tellGivenUp(ports, tried, runId);
  return tellFinished(ports, { ...summary("gave-up", plan, []), runId, because });
}

function tellGivenUp(ports: Ports, tried: number, runId: string | null): string {
  const detail = `${tried} scheduled calls in a row failed; there are no further attempts until an operator takes over`;
  ports.reporter.emit({ event: "run.gaveUp", runId, tries: tried, detail });
  return detail;
}
