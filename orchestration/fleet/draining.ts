import { asRepaveError, RepaveError } from "../domain/errors";
import type { Instance } from "../domain/fleet";
import type { NodeAddress } from "../ports/nodeShell";
import { inHop, type NodeContext } from "../run/context";
import { keepFenced } from "./fencing";
import { describeInstance, isLeaving } from "./instances";
import { address } from "./sight";
import { mayPass, waitFor } from "../run/wait";

/**
 * Drains one node and proves it. The command affects its own node only, and its return proves nothing (some releases
 * give up early): a node is drained when the command ended well *and* no work was seen on it N times in a row.
 * Throws `DRAIN_TIMEOUT`. Resolves to `gone`, without a proof, where somebody else terminated the node.
 */
export async function drainNode(ctx: NodeContext, instance: Instance): Promise<"drained" | "gone"> {
  const { ports, policy, run } = ctx;
  const hop = inHop(ctx);
  const node = address(instance);
  const since = ports.clock.monotonic();
  await run.hold(policy.lease.ttlMs);
  await keepFenced(ctx);
  await run.record({ event: "drain.started", ...hop, instanceId: instance.id });

  const command = drainCommand(ctx, node);
  let quiet = 0;
  let left: number | undefined;
  let fewest = Infinity;
  let { waits } = run;
  let strange: readonly string[] = [];
  const late = (): RepaveError => {
    const among = strange.length === 0 ? "" : `, among them by an unknown image: ${strange.join(", ")}`;
    return new RepaveError(
      "DRAIN_TIMEOUT",
      `${instance.id} still has jobs running (${left ?? "number unknown"}${among})`,
    );
  };
  const blind = (error: RepaveError): void => {
    run.waited();
    run.tell({ event: "progress", step: "drain", instanceId: instance.id, text: `cannot be checked: ${error.detail}` });
  };
  // Someone else, or the machine itself, may terminate it before its work is done. Then there is nothing left to drain.
  const isGone = async (): Promise<boolean> => {
    const now = (await ports.fleet.describe()).instances.find((i) => i.id === instance.id);
    return now === undefined || now.state === "terminated" || isLeaving(now);
  };
  const { until = Infinity } = policy.drain;
  const timeoutMs = Math.min(policy.drain.timeoutMs, Math.max(0, until - ports.clock.now()));
  const waiting = { ...policy.drain, timeoutMs, signal: ctx.signal, blindMs: policy.blindMs, late, blind };
  let end: "drained" | "gone";
  try {
    end = await waitFor(ports.clock, waiting, async () => {
      if (await isGone()) return "gone";
      if (run.waits > waits) {
        // Unknown is not drained: somebody may have restarted the node meanwhile. Command and count start again.
        waits = run.waits;
        quiet = 0;
        command.again();
      }
      const ended = command.hasEnded();
      left = await ports.tfe.activeWork(node);
      if (left < fewest) await run.record({ event: "drain.observed", ...hop, instanceId: instance.id, left });
      fewest = Math.min(fewest, left);
      quiet = left === 0 && ended ? quiet + 1 : 0;
      // The command has ended and something still runs: a run that goes on, or something that is no run at all.
      strange = ended && left > 0 ? await ports.tfe.unknownWork(node) : [];
      const state = ended ? "drain command has ended" : "drain command is running";
      run.tell({
        event: "progress",
        step: "drain",
        instanceId: instance.id,
        text: `jobs left: ${left}, ${state}${strange.length === 0 ? "" : `; of an unknown image: ${strange.join(", ")}`}`,
        drain: { left, commandEnded: ended },
      });
      return quiet >= policy.drain.proofs ? "drained" : undefined;
    });
  } finally {
    await command.stop();
  }
  if (end === "gone") {
    await run.record({
      event: "warning",
      text: `${instance.id} was terminated by someone else; its jobs may be lost`,
    });
    return "gone";
  }
  const seconds = Math.round((ports.clock.monotonic() - since) / 1000);
  await run.record({ event: "drain.proven", ...hop, instanceId: instance.id, seconds });
  return "drained";
}

/**
 * For the moment before an act that ends these nodes' work: drains every node again whose proof is old or was followed by a wait,
 * and sees all of them without work at once. Throws `NOT_DRAINED`.
 */
export async function proveStillDrained(ctx: NodeContext, which: () => Promise<readonly Instance[]>): Promise<void> {
  const isProven = ({ id }: Instance): boolean => ctx.run.isProven(id, ctx.policy.drain.freshMs);
  for (;;) {
    const nodes = await which();
    const stale = nodes.find((node) => !isProven(node));
    if (stale) {
      await drainNode(ctx, stale);
      continue;
    }
    await seeNoWork(ctx, nodes, isProven);
    if (nodes.every(isProven)) return;
  }
}

/** A node that does not answer is asked again for a while, and the others with it. One that stays silent does not count as idle. */
async function seeNoWork(
  { ports, policy, run, signal }: NodeContext,
  nodes: readonly Instance[],
  isProven: (node: Instance) => boolean,
): Promise<void> {
  const { blindMs } = policy;
  const late = (): RepaveError => new RepaveError("NODE_UNREACHABLE", nodes.map(describeInstance).join(", "));
  const blind = (): void => run.waited();
  const waiting = { pollMs: policy.drain.pollMs, timeoutMs: blindMs, blindMs, signal, late, blind };
  await waitFor(ports.clock, waiting, () =>
    Promise.all(
      nodes.map(async (node) => {
        const work = await ports.tfe.activeWork(address(node));
        // After a wait the nodes are drained again, whatever is seen now.
        if (work > 0 && isProven(node))
          throw new RepaveError("NOT_DRAINED", `${describeInstance(node)} still has jobs running (${work})`);
      }),
    ),
  );
}

interface DrainCommand {
  /** Throws the command's failure. After a temporary one, the command runs again. */
  hasEnded(): boolean;
  /** Sends it again, unless it is running. */
  again(): void;
  stop(): Promise<void>;
}

/**
 * Runs the drain command beside the polling of the node's work: it may take a day, and its end is only half of the proof.
 * If a temporary failure (a lost connection) interrupts it, it is sent again, which does a draining node no harm.
 */
function drainCommand(ctx: NodeContext, node: NodeAddress): DrainCommand {
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
    hasEnded() {
      const seen = outcome;
      if (!(seen instanceof RepaveError)) return seen === "ended";
      if (mayPass(seen)) start();
      throw seen;
    },
    again() {
      if (outcome === "ended") start();
    },
    async stop() {
      stop.abort(new RepaveError("INTERRUPTED", "the drain is no longer watched"));
      await running;
    },
  };
}
