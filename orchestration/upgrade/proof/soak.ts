import { RepaveError } from "../../domain/errors";
import { conditions } from "../../domain/health";
import { newInstances } from "../../fleet/instances";
import { lookAt } from "../../fleet/sight";
import { accepts, wasAccepted } from "../../run/accepting";
import type { StepContext } from "../../run/context";
import { SOAK } from "../../run/policy";
import { requireQuietAlarms } from "./alarms";

/** A look that fails once may be a lost packet; twice in a row it is the node. */
const REDS = 2;

/**
 * Watches the first node for the time that the plan says, with the service up: every condition of the gate, and the stack's alarms. A process
 * that resumes begins it anew. Throws `SOAK_FAILED`, unless the operator accepted that, and `ALARM_RAISED`.
 */
export async function soak(ctx: StepContext): Promise<void> {
  const { ports, policy, plan, run, hop, signal } = ctx;
  const seconds = plan.proof?.soakSeconds ?? 0;
  if (seconds === 0 || run.state.soaked || wasAccepted(ctx, SOAK)) return;
  await run.record({ event: "soak.started", seconds });
  const until = ports.clock.monotonic() + seconds * 1000;
  let inARow = 0;
  for (;;) {
    signal.throwIfAborted();
    await requireQuietAlarms(ctx);
    const reds = await redsOf(ctx, hop.release);
    inARow = reds.length === 0 ? 0 : inARow + 1;
    if (reds.length > 0) run.tell({ event: "progress", step: "smoke", text: `in the soak: ${reds.join("; ")}` });
    if (inARow >= REDS) return goOnOrHold(ctx, reds.join("; "));
    if (ports.clock.monotonic() >= until && inARow === 0) break;
    await ports.clock.sleep(policy.gate.everyMs, signal);
  }
  await run.record({ event: "soak.finished", seconds });
}

async function redsOf(
  { ports, ...ctx }: StepContext,
  release: StepContext["hop"]["release"],
): Promise<readonly string[]> {
  const fleet = await ports.fleet.describe();
  const nodes = newInstances({ ports, ...ctx }, fleet);
  if (nodes.length === 0) return ["no node of the new build is left"];
  const sights = await Promise.all(nodes.map(({ id }) => lookAt(ports.tfe, fleet, id)));
  return sights.flatMap((sight) =>
    conditions(sight, release)
      .filter(({ held }) => !held)
      .map(({ condition, observed }) => `${sight.instance?.id ?? "a node"}: ${condition}: ${observed}`),
  );
}

async function goOnOrHold(ctx: StepContext, reds: string): Promise<void> {
  if (!(await accepts(ctx, SOAK, `the soak was ended (accepted): ${reds}`))) throw new RepaveError("SOAK_FAILED", reds);
}
