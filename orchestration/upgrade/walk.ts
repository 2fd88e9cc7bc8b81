import { asRepaveError } from "../domain/errors";
import type { RunState } from "../domain/journal";
import { target, type Plan } from "../domain/plan";
import { isStep, layOut as layOutSteps } from "../domain/steps";
import { availability, type Watch } from "../run/availability";
import type { NodeContext, StepContext } from "../run/context";
import { patient } from "../run/patience";
import { savePage } from "./report";
import { type Step, titleOf } from "./step";
import { STEPS } from "./steps";

/** What every step of a run shares; the walk adds the hop. */
export type RunContext = Omit<StepContext, "hopIndex" | "hop">;

/** A run or an operation that acts under a lease. */
type Acting = Pick<NodeContext, "ports" | "policy" | "run" | "signal">;

/** A step, and the hop that it is done for. */
interface LaidOut {
  readonly step: Step;
  readonly hopIndex: number;
}

/** The plan's steps in their order. */
export const layOut = (plan: Plan): readonly LaidOut[] =>
  layOutSteps(plan.hops.length).flatMap(({ step: id, hop: hopIndex }) =>
    STEPS.filter((step) => step.id === id).map((step) => ({ step, hopIndex })),
  );

/** The failure of a step, with the step's id. */
export class StepFailed extends Error {
  constructor(
    readonly step: string,
    override readonly cause: unknown,
  ) {
    super(`step ${step}`);
  }
}

/** The first step that changes something. What comes before it may be done before anybody has agreed. */
const isClaim = ({ step }: LaidOut): boolean => isStep(step.id, "claim");

/** Walks the steps that change nothing. Throws `StepFailed`. */
export function check(base: RunContext): Promise<void> {
  const all = layOut(base.plan);
  return walkAll(all.slice(0, all.findIndex(isClaim)), base);
}

/** Walks the other steps, to the end. Throws `StepFailed`. */
export function execute(base: RunContext): Promise<void> {
  const all = layOut(base.plan);
  return alongside(base, (shared) => walkAll(all.slice(all.findIndex(isClaim)), shared));
}

/** Each step is observed first and skipped when the world says it is done; that is all there is to resuming. */
async function walkAll(steps: readonly LaidOut[], shared: RunContext): Promise<void> {
  for (const { step, hopIndex } of steps) {
    try {
      shared.signal.throwIfAborted();
      await walk(step, { ...shared, hopIndex, hop: shared.plan.hops[hopIndex] ?? target(shared.plan) });
    } catch (error) {
      throw new StepFailed(step.id, shared.signal.aborted ? shared.signal.reason : error);
    }
  }
}

/** Runs the work beside the lease's heartbeat and the availability probe. A failure of either stops the work. */
export async function alongside<C extends Acting>(base: C, work: (shared: C) => Promise<void>): Promise<void> {
  const watch = availability();
  const failing = new AbortController();
  const ended = new AbortController();
  const signal = AbortSignal.any([base.signal, failing.signal]);
  const { run } = base;
  const ports = patient(base.ports, {
    clock: base.ports.clock,
    signal,
    isUnderWay: () => run.isOpen,
    tell: (event) => run.tell(event),
    waited: () => run.waited(),
  });
  const background = beat(base, watch, ended.signal).catch((error: unknown) => failing.abort(asRepaveError(error)));
  base.ports.probe.start();
  try {
    await work({ ...base, ports, signal });
  } finally {
    await base.ports.probe.stop();
    ended.abort();
    await background;
    // The journal of a run that is parked may be another process's by now.
    if (base.run.isOpen && !base.run.isParked && !failing.signal.aborted) await watch.end(base);
  }
}

async function walk(step: Step, ctx: StepContext): Promise<void> {
  const { run, hopIndex, ports, plan, policy } = ctx;
  const seen = await step.observe(ctx);
  if (seen.done) {
    await run.record({ event: "step.skipped", step: step.id, hop: hopIndex, why: seen.why });
    return;
  }
  const since = ports.clock.monotonic();
  await run.record({ event: "step.started", step: step.id, hop: hopIndex, title: titleOf(step, plan, policy) });
  await step.run(ctx);
  const seconds = Math.round((ports.clock.monotonic() - since) / 100) / 10;
  await run.record({ event: "step.finished", step: step.id, hop: hopIndex, seconds });
}

const TICK_MS = 1000;
/** How often the page of an active run is written again. Never in an outage, where this process has better things to do. */
const PAGE_MS = 2 * 60_000;

/** Whether the run is between asking for zero and the gate of the hop's first node. */
const mayBeDown = ({ hops, outageSince }: RunState): boolean =>
  outageSince !== undefined || Object.values(hops).some((hop) => hop.zeroAsked === true && hop.gated.length === 0);

/** Renews the lease and records outages until the run ends. A failure here stops the run. */
async function beat(base: Acting, watch: Watch, ended: AbortSignal): Promise<void> {
  const { ports, policy, run } = base;
  let held = ports.clock.monotonic();
  let shown = -Infinity;
  let showing = Promise.resolve();
  for (;;) {
    try {
      await ports.clock.sleep(TICK_MS, ended);
    } catch {
      return showing;
    }
    if (!run.isOpen || run.isParked) continue;
    await watch.look(base);
    const { plan } = run.state;
    if (plan && ports.page && ports.clock.monotonic() - shown >= PAGE_MS && !mayBeDown(run.state)) {
      shown = ports.clock.monotonic();
      // A page that cannot be written must not stop the run or delay the lease. The next one is due soon.
      const before = showing;
      showing = before
        .then(() => savePage(ports, plan, run))
        .then(
          () => undefined,
          () => undefined,
        );
    }
    if (ports.clock.monotonic() - held < policy.lease.heartbeatMs) continue;
    held = ports.clock.monotonic();
    await run.hold(policy.lease.ttlMs);
  }
}
