import type { StackEnd } from "../domain/rollout/events";
import { isThere, type StackState } from "../domain/rollout/state";
import { type Conducting, endedMeanwhile } from "./context";
import type { Ending } from "./options";

/** Repaves the stacks of a wave that are not there yet. Undefined: all are. After a failure those under way are waited for. */
export async function repaveWave(number: number, ctx: Conducting): Promise<Ending | undefined> {
  const { wave, stacks } = ctx.journal.wave(number);
  // What an earlier process had begun comes first: it may be in its outage.
  const left = stacks.filter((stack) => !isThere(stack)).sort((a, b) => Number(b.begun) - Number(a.begun));
  const failed: { readonly stack: string; readonly end: StackEnd }[] = [];
  let stopped: Ending | undefined;
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      stopped ??= await endedMeanwhile(ctx);
      if (stopped || failed.length > 0) return;
      const end = await repaveStack(next, number, ctx);
      if (!isThere({ end })) failed.push({ stack: next.stack, end });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: wave.concurrency }, worker));
  for (const each of ended) if (each.status === "rejected") throw each.reason;
  if (ctx.signal.aborted) return { outcome: "interrupted", because: "stopped by a signal" };
  if (failed.length === 0) return stopped;
  return { outcome: "failed", because: whyFailed(failed) };
}

/** Why a rollout failed, by the stacks that did not get there. */
export const whyFailed = (failed: readonly { readonly stack: string; readonly end: StackEnd }[]): string =>
  failed.map(({ stack, end }) => `${stack}: ${whyOf(end)}`).join("; ");

const whyOf = ({ outcome, code, detail }: StackEnd): string =>
  detail === undefined ? outcome : `${outcome}${code === undefined ? "" : ` (${code})`}, ${detail}`;

/** Between two tries, on the rollout's clock. */
const AGAIN_MS = { window: 300_000, lease: 15_000 };

/** Repaves one stack, and waits for what may be waited for: its window, or a run of ours that is still alive. */
async function repaveStack(known: StackState, wave: number, ctx: Conducting): Promise<StackEnd> {
  const { journal, commands, plan, clock, signal, reporter } = ctx;
  const { stack } = known;
  await journal.record({ event: "rollout.stack.started", wave, stack });
  let waiting: string | undefined;
  for (;;) {
    const end = await commands.repave(stack, plan, {
      signal,
      tell: (progress) =>
        reporter.emit(
          progress.kind === "step"
            ? { event: "rollout.stack.step", stack, step: progress.step, title: progress.title }
            : { event: "rollout.stack.outage", stack, began: progress.began },
        ),
    });
    const wait = signal.aborted || (await endedMeanwhile(ctx)) ? undefined : reasonToWait(end, known, plan.windows);
    if (!wait) {
      await journal.record({ event: "rollout.stack.finished", wave, stack, ...end });
      return end;
    }
    if (wait.why !== waiting) await journal.record({ event: "rollout.stack.waiting", wave, stack, why: wait.why });
    waiting = wait.why;
    // Stopped meanwhile: the next try says so, and how the stack is.
    await clock.sleep(wait.ms, signal).catch(() => undefined);
  }
}

function reasonToWait(
  end: StackEnd,
  { begun }: StackState,
  windows: "stop" | "wait",
): { readonly why: string; readonly ms: number } | undefined {
  const { code, detail = "" } = end;
  // The process of a rollout that was killed goes on by itself. Any other holder of the lease is not ours.
  if (code === "LEASE_HELD" && begun) return { why: "an earlier process still works on it", ms: AGAIN_MS.lease };
  return windows === "wait" && isWindowAlone(end) ? { why: windowClosed(detail), ms: AGAIN_MS.window } : undefined;
}

/** Whether nothing but its maintenance window keeps the stack from being repaved. */
export const isWindowAlone = ({ failedChecks = [] }: StackEnd): boolean =>
  failedChecks.length > 0 && failedChecks.every((id) => id === "window");

/** Why a stack waits for its window. */
export const windowClosed = (detail: string): string => `its maintenance window is closed: ${detail}`;
