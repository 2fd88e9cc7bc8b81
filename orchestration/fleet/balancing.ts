import { RepaveError } from "../domain/errors";
import type { Fleet, Instance } from "../domain/fleet";
import type { NodeContext } from "../run/context";
import { waitFor } from "../run/wait";
import { keepFenced } from "./fencing";
import { isLeaving } from "./instances";

/** What the load balancer may take to forget a target, beyond the deregistration delay. */
const SLACK_MS = 5 * 60_000;

/**
 * Takes a node out of the load balancer, and waits until the last request that it was given may be answered: then it can be stopped
 * and no user notices. Only behind the fence: the group would replace a node that is no target. Not where no other node answers:
 * then requests would only be refused for longer.
 */
export async function takeOutOfBalancer(ctx: NodeContext, instanceId: string): Promise<void> {
  const { ports, policy, run, signal } = ctx;
  const fleet = await ports.fleet.describe();
  const node = fleet.instances.find(({ id }) => id === instanceId);
  if (!node || node.target === "missing") return;
  if (!othersServe(fleet, instanceId)) {
    const text = "no other node answers requests: the service is down until this one is back";
    run.tell({ event: "note", instanceId, text });
    return;
  }
  await keepFenced(ctx);
  await run.hold(policy.lease.ttlMs);
  await run.record({ event: "node.deregistered", instanceId });
  await ports.fleet.deregister(instanceId);
  const { deregistrationDelay: seconds } = fleet.group;
  run.tell({ event: "note", instanceId, text: `takes no more requests; the last ones have ${seconds} s` });
  const late = (): RepaveError =>
    new RepaveError("NODE_COMMAND_TIMEOUT", `the load balancer still sends requests to ${instanceId}`);
  const waiting = { pollMs: policy.zero.pollMs, timeoutMs: seconds * 1000 + SLACK_MS, signal, late };
  await waitFor(ports.clock, waiting, async () => {
    const now = (await ports.fleet.describe()).instances.find(({ id }) => id === instanceId);
    return now?.target === undefined || now.target === "missing" ? true : undefined;
  });
}

/** Registers a node that is no target, or is about to be none, whoever took it out. The load balancer makes its own check first. */
export async function putBehindBalancer({ ports, run }: NodeContext, instanceId: string): Promise<void> {
  const node = (await ports.fleet.describe()).instances.find(({ id }) => id === instanceId);
  if (node?.place !== "inService" || node.state !== "running") return;
  if (node.target !== "missing" && node.target !== "draining") return;
  await ports.fleet.register(instanceId);
  await run.record({ event: "node.registered", instanceId });
}

const othersServe = ({ instances }: Fleet, instanceId: string): boolean =>
  instances.some((other: Instance) => other.id !== instanceId && other.target === "healthy" && !isLeaving(other));
