import { asRepaveError, RepaveError } from "../../domain/errors";
import type { Instance } from "../../domain/fleet";
import { hopRecord } from "../../domain/journal";
import type { NodeAddress } from "../../ports/nodeShell";
import type { StepContext } from "../context";
import { keepFenced } from "../fencing";
import { isBehind, isLeaving, oldInstances } from "../nodes";
import { address } from "../sight";
import { done, PENDING, type Step } from "../step";
import { mayPass, waitFor } from "../wait";

/**
 * Drains node after node, so that the last one keeps working until the others are done. `node-drain` works on its own node only,
 * and that it returned proves nothing (before v202307-1 it gives up early): a node is drained when the command ended well *and*
 * no work was seen on it N times in a row.
 */
export const drain: Step = {
  id: "drain",
  title: "let every node finish its work",
  scope: "hop",
  outage: "no",
  async observe(ctx) {
    if (isBehind(ctx)) return done("this release was started");
    const left = await undrained(ctx);
    return left.length === 0 ? done("no node of the old build has work or takes any") : PENDING;
  },
  async run(ctx) {
    for (;;) {
      // Looked up anew each time: the fleet may have changed during a drain of hours.
      const [next] = await undrained(ctx);
      if (!next) return;
      await drainNode(ctx, next);
    }
  },
};

async function undrained(ctx: StepContext): Promise<readonly Instance[]> {
  const { drained } = hopRecord(ctx.run.state, ctx.hopIndex);
  const fleet = await ctx.ports.fleet.describe();
  return oldInstances(ctx, fleet).filter((i) => !isLeaving(i) && !drained.includes(i.id));
}

async function drainNode(ctx: StepContext, instance: Instance): Promise<void> {
  const { ports, policy, run, hopIndex } = ctx;
  const node = address(instance);
  const since = ports.clock.monotonic();
  await run.hold(policy.lease.ttlMs);
  await keepFenced(ctx);
  await run.record({ event: "drain.started", hop: hopIndex, instanceId: instance.id });

  const command = drainCommand(ctx, node);
  let quiet = 0;
  let left: number | undefined;
  const late = (): RepaveError =>
    new RepaveError("DRAIN_TIMEOUT", `${instance.id} still has ${left ?? "an unknown number of"} runs in work`);
  const blind = (error: RepaveError): void => {
    // Unknown is not drained: the sightings start anew.
    quiet = 0;
    run.tell({ event: "progress", step: "drain", instanceId: instance.id, text: `cannot be seen: ${error.detail}` });
  };
  // Somebody else, or the machine itself, may end it before its work is done: there is nothing left to drain then.
  const isGone = async (): Promise<boolean> => {
    const now = (await ports.fleet.describe()).instances.find((i) => i.id === instance.id);
    return now === undefined || now.state === "terminated" || isLeaving(now);
  };
  let gone = false;
  const waiting = { ...policy.drain, signal: ctx.signal, blindMs: policy.blindMs, late, blind };
  try {
    await waitFor(ports.clock, waiting, async () => {
      gone = await isGone();
      if (gone) return true;
      const ended = command.hasEnded();
      left = await ports.tfe.activeWork(node);
      quiet = left === 0 && ended ? quiet + 1 : 0;
      const state = ended ? "node-drain has ended" : "node-drain is running";
      run.tell({ event: "progress", step: "drain", instanceId: instance.id, text: `${left} left in work, ${state}` });
      return quiet >= policy.drain.proofs ? true : undefined;
    });
  } finally {
    await command.stop();
  }
  if (gone) {
    run.tell({ event: "warning", text: `${instance.id} was terminated by somebody else: its runs may be lost` });
    return;
  }
  const seconds = Math.round((ports.clock.monotonic() - since) / 1000);
  await run.record({ event: "drain.proven", hop: hopIndex, instanceId: instance.id, seconds });
}

/**
 * The command may take a day, and its end is only half of the proof: so it runs beside the watch on the node's work.
 * Cut off by something that passes (a lost connection) it is given again, which does a draining node no harm.
 */
function drainCommand(ctx: StepContext, node: NodeAddress): { hasEnded(): boolean; stop(): Promise<void> } {
  const stop = new AbortController();
  let outcome: "running" | "ended" | RepaveError = "running";
  let running = Promise.resolve();
  const start = (): void => {
    outcome = "running";
    running = ctx.ports.tfe.drain(node, AbortSignal.any([ctx.signal, stop.signal])).then(
      () => void (outcome = "ended"),
      (error: unknown) => void (outcome = asRepaveError(error)),
    );
  };
  start();
  return {
    /** Throws what the command failed with; next time it is running again if that may pass. */
    hasEnded() {
      const seen = outcome;
      if (!(seen instanceof RepaveError)) return seen === "ended";
      if (mayPass(seen)) start();
      throw seen;
    },
    async stop() {
      stop.abort(new RepaveError("INTERRUPTED", "the drain is no longer watched"));
      await running;
    },
  };
}
