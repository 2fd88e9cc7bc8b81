import { asRepaveError, RepaveError } from "../domain/errors";
import type { Release } from "../domain/release";
import type { NodeContext } from "../run/context";
import { putBehindBalancer, takeOutOfBalancer } from "./balancing";
import { drainNode, proveStillDrained } from "./draining";
import { passGate } from "./gate";
import { staying } from "./instances";
import { address } from "./sight";
import { waitFor } from "../run/wait";

/**
 * Stops the application, starts it again and passes the node through the gate: the only way out of a drain. The drain is completed
 * first: a restart would lose the runs still in progress. Meanwhile the node is out of the load balancer, to which it returns when
 * it is ready, or when this ends in any other way. `between` runs when the node has no work.
 */
export async function restartApplication(
  ctx: NodeContext,
  instanceId: string,
  release: Release,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { ports, run } = ctx;
  const instance = (await ports.fleet.describe()).instances.find((i) => i.id === instanceId);
  if (!instance) throw new RepaveError("WORLD_CHANGED", `${instanceId} is gone`);
  const wasStarted = (await ports.tfe.state(address(instance))) === "started";
  if (wasStarted) await drainNode(ctx, instance);
  await between();
  const comeBack = (): Promise<void> => putBehindBalancer(ctx, instanceId);
  try {
    await takeOutOfBalancer(ctx, instanceId);
    await stopAndStart(ctx, instanceId, wasStarted);
    await passGate(ctx, instanceId, release, comeBack);
  } catch (error) {
    // Its target's state says then whether it answers. A node that nobody registers would be lost to the users.
    await comeBack().catch((failure: unknown) => {
      const text = `${instanceId} could not be registered with the load balancer: ${asRepaveError(failure).detail}`;
      run.tell({ event: "warning", text });
    });
    throw error;
  }
}

async function stopAndStart(ctx: NodeContext, instanceId: string, wasStarted: boolean): Promise<void> {
  const { ports, policy, run, signal } = ctx;
  const now = (): ReturnType<typeof staying> => staying(ctx, instanceId);
  const [instance] = await now();
  if (!instance) throw new RepaveError("WORLD_CHANGED", `${instanceId} is gone`);
  const node = address(instance);
  run.tell({ event: "node.restarting", instanceId });
  await ports.tfe.stop(node, wasStarted ? () => proveStillDrained(ctx, now) : undefined);
  const late = (): RepaveError =>
    new RepaveError("NODE_COMMAND_TIMEOUT", `the application on ${instanceId} did not stop`);
  const { pollMs, timeoutMs } = policy.gate;
  const waiting = { pollMs, timeoutMs, blindMs: policy.blindMs, signal, late };
  await waitFor(ports.clock, waiting, async () => ((await ports.tfe.state(node)) === "stopped" ? true : undefined));
  await ports.tfe.start(node);
}
