import { RepaveError } from "../../domain/errors";
import type { Instance } from "../../domain/fleet";
import { hopRecord } from "../../domain/journal";
import type { StepContext } from "../context";
import { keepFenced } from "../fencing";
import { isBehind, isLeaving, oldInstances } from "../nodes";
import { address } from "../sight";
import { done, PENDING, type Step } from "../step";
import { waitFor } from "../wait";

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

  // The command may take a day; its end is only half of the proof, so it runs beside the watch on the node's work.
  const stop = new AbortController();
  let command: "running" | "ended" | RepaveError = "running";
  const running = ports.tfe.drain(node, AbortSignal.any([ctx.signal, stop.signal])).then(
    () => (command = "ended"),
    (error: unknown) =>
      (command = error instanceof RepaveError ? error : new RepaveError("NODE_COMMAND_FAILED", String(error))),
  );
  let quiet = 0;
  let left = 0;
  const drainLeft = (): RepaveError =>
    new RepaveError("DRAIN_TIMEOUT", `${instance.id} still has ${left} run${left === 1 ? "" : "s"} in work`);
  try {
    await waitFor(
      ports.clock,
      { pollMs: policy.drain.pollMs, timeoutMs: policy.drain.timeoutMs, signal: ctx.signal, late: drainLeft },
      async () => {
        if (command instanceof RepaveError) throw command;
        left = await ports.tfe.activeWork(node);
        quiet = left === 0 && command === "ended" ? quiet + 1 : 0;
        const state = command === "ended" ? "node-drain has ended" : "node-drain is running";
        run.tell({ event: "progress", step: "drain", instanceId: instance.id, text: `${left} left in work, ${state}` });
        return quiet >= policy.drain.proofs ? true : undefined;
      },
    );
  } finally {
    stop.abort(new RepaveError("INTERRUPTED", "the drain is no longer watched"));
    await running;
  }
  const seconds = Math.round((ports.clock.monotonic() - since) / 1000);
  await run.record({ event: "drain.proven", hop: hopIndex, instanceId: instance.id, seconds });
}
