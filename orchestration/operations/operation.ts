import { OPERATION_PREFIX } from "../../infra/contract";
import { asRepaveError } from "../domain/errors";
import type { Outcome, RunFinished } from "../domain/events";
import type { Plan } from "../domain/plan";
import type { Prompt } from "../ports/prompt";
import type { RunStore } from "../ports/runStore";
import type { NodeContext, Ports } from "../run/context";
import type { Policy } from "../run/policy";
import { stopActing, summary, tellFailed, tellFinished, untouched, type Ending } from "../upgrade/ending";
import { leftIn } from "../upgrade/left";
import { alongside } from "../upgrade/walk";
import { takeLease } from "../run/leasing";
import { observeFleet, type FleetSeen, type NodeSeen } from "../fleet/observe";
import { present } from "../upgrade/planning";
import { findUnfinished, refusal } from "../run/unfinished";
import { stamp } from "../run/stamp";
import { openRun } from "../upgrade/upgrade";
import { lower, raise } from "./fence";

/** What every command on nodes receives. */
export interface OperationOptions {
  readonly stack: string;
  readonly ports: Ports;
  readonly policy: Policy;
  readonly prompt: Prompt;
  /** Aborts with a RepaveError (`INTERRUPTED`) when the operator stops the command. */
  readonly signal: AbortSignal;
  /** A few letters or digits that make the operation's id unique. */
  readonly nonce: string;
}

/** What an operation is given: its acts are no hop's; and what became of each node so far. */
export type OperationContext = NodeContext & { readonly became: Map<string, string> };

/** One command on some nodes of the fleet. */
export interface Operation {
  readonly name: string;
  /** What the command does, and on which nodes. */
  readonly title: string;
  /** The question before anything happens. */
  readonly question: string;
  readonly nodes: readonly NodeSeen[];
  work(ctx: OperationContext): Promise<void>;
}

/**
 * Runs a command on nodes from start to end. It acts under the stack's lease and behind the fence, and records what it does. It
 * is not a run, so nothing has to be resumed. `prepare` refuses what cannot be done before anything is touched. Throws only for
 * an invalid request (disposition `usage`).
 */
export async function operate(
  prepare: (seen: FleetSeen) => Operation | Promise<Operation>,
  options: OperationOptions,
): Promise<RunFinished> {
  const { ports, stack } = options;
  let operation: Operation | undefined;
  let plan: Plan;
  try {
    await requireNoRun(ports);
    const seen = await observeFleet(ports);
    plan = { schema: 2, stack, from: present(seen), hops: [], nodeCount: seen.outputs.nodeCount };
    operation = await prepare(seen);
    if (!(await options.prompt.confirm(operation.question)))
      return tellFinished(ports, await untouched(ports, "declined", plan, seen));
  } catch (thrown) {
    const error = asRepaveError(thrown);
    if (error.disposition === "usage") throw error;
    return tellFailed(ports, operation?.name ?? "plan", error);
  }
  const store = { ...ports.operations, ...leases(ports.store) };
  const shared = { ...options, ports: { ...ports, store } };
  const run = openRun(operationId(operation.name, ports.clock.now(), options.nonce), shared);
  const ctx: OperationContext = { ...shared, run, hopIndex: "none", became: new Map<string, string>() };
  const ending = { ...ctx, plan, runs: ports.store };
  try {
    await begin(operation, ending, ports.store);
    const chosen = operation;
    await alongside(ctx, async (during) => {
      await chosen.work(during);
      await lower(during);
    });
    const finished = await lastEvent(ending, "done");
    await run.record(finished);
    await run.letGo();
    return finished;
  } catch (thrown) {
    return stop(operation, ctx, ending, thrown);
  }
}

/** Throws `RUN_UNFINISHED` if an unfinished run keeps the fleet on hold, `LEASE_HELD` if it is alive. */
export async function requireNoRun({ store, clock }: Pick<Ports, "store" | "clock">): Promise<void> {
  const unfinished = await findUnfinished(store);
  if (unfinished) throw refusal(unfinished, { lease: await store.lease(), now: clock.now() });
}

const leases = (store: RunStore): Pick<RunStore, "acquire" | "renew" | "release" | "lease"> => ({
  acquire: (request) => store.acquire(request),
  renew: (lease, change) => store.renew(lease, change),
  release: (lease) => store.release(lease),
  lease: () => store.lease(),
});

/** `op-restart-20261123-031500-k3f9`. */
export const operationId = (name: string, now: number, nonce: string): string =>
  `${OPERATION_PREFIX}${name}-${stamp(now)}-${nonce}`;

async function begin({ name, title }: Operation, ctx: OperationContext & Ending, runs: RunStore): Promise<void> {
  const { ports, plan, run } = ctx;
  const { startedBy: operator, store, clock } = ports;
  const { lease } = await takeLease({ ...ctx, ports: { ...ports, store: runs } });
  try {
    await store.create({ schema: 1, runId: run.id, stack: plan.stack, createdAt: clock.now(), operator, plan });
    await run.open(lease);
  } catch (error) {
    await runs.release(lease);
    throw error;
  }
  await run.record({ event: "run.started", runId: run.id, operator, plan });
  await run.record({ event: "step.started", step: name, hop: 0, title });
  await raise(ctx);
}

async function lastEvent({ ports, plan, run, runs }: OperationEnding, outcome: Outcome): Promise<RunFinished> {
  const left = await leftIn({ ...ports, store: runs }, plan.stack, { id: run.id, outcome });
  return { ...summary(outcome, plan, left.nodes), ...left.standing, runId: run.id };
}

/** What an operator who stopped a command may do next. */
function nextOf(name: string, isTouched: boolean, stack: string): string {
  const again = "Give the same command again to continue";
  return name === "drain" && isTouched
    ? `${again}, or undo the drain with: npm run restart -- --stack ${stack}`
    : again;
}

/** Its own store is that of its journal; `runs` are those of the stack. */
type OperationEnding = Ending & { readonly runs: RunStore };

/** Stops where it is: says what became of each node, and opens the fence where no node would be replaced for it. */
function stop(
  { name, nodes }: Operation,
  ctx: OperationContext,
  ending: OperationEnding,
  thrown: unknown,
): Promise<RunFinished> {
  const { run, became } = ctx;
  const each = (): string => nodes.map(({ instance: { id } }) => `${id} ${became.get(id) ?? "not touched"}`).join(", ");
  return stopActing(ending, name, thrown, {
    overtaken: `${each()}; this command has stopped acting`,
    async putBack({ code }) {
      const open = await lower(ctx).catch((failure: unknown) => {
        run.tell({ event: "warning", text: `the fence could not be lifted: ${asRepaveError(failure).detail}` });
        return false;
      });
      const processes = open ? "the group's processes are restored" : "the group's processes stay suspended";
      const stopped = open && became.size === 0 ? "blocked" : "halted";
      return {
        fleet: `${each()}; ${processes}`,
        ...(code === "INTERRUPTED" ? { next: nextOf(name, became.size > 0, ending.plan.stack) } : {}),
        outcome: code === "INTERRUPTED" ? "interrupted" : stopped,
        isOver: true,
      };
    },
    finish: (outcome) => lastEvent(ending, outcome),
  });
}
