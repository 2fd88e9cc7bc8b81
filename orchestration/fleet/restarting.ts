import { RepaveError } from "../domain/errors";
import type { NodeContext } from "../run/context";
import { drainNode, proveStillDrained } from "./draining";
import { staying } from "./instances";
import { address } from "./sight";
import { waitFor } from "../run/wait";

/**
 * Stops the application and starts it again: the only way out of a drain. The drain is completed first: a restart
 * would lose the runs still in progress. `between` runs when the node has none.
 */
export async function restartApplication(
  ctx: NodeContext,
  instanceId: string,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { ports, policy, run, signal } = ctx;
  const instance = (await ports.fleet.describe()).instances.find((i) => i.id === instanceId);
  if (!instance) return;
  const node = address(instance);
  const wasStarted = (await ports.tfe.state(node)) === "started";
  if (wasStarted) await drainNode(ctx, instance);
  await between();
  run.tell({ event: "node.restarting", instanceId });
  await ports.tfe.stop(node, wasStarted ? () => proveStillDrained(ctx, () => staying(ctx, instanceId)) : undefined);
  const late = (): RepaveError =>
    new RepaveError("NODE_COMMAND_TIMEOUT", `the application on ${instanceId} did not stop`);
  const waiting = {
    pollMs: policy.gate.pollMs,
    timeoutMs: policy.gate.timeoutMs,
    blindMs: policy.blindMs,
    signal,
    late,
  };
  await waitFor(ports.clock, waiting, async () => ((await ports.tfe.state(node)) === "stopped" ? true : undefined));
  await ports.tfe.start(node);
}
