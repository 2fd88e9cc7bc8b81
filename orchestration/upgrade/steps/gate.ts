import { RepaveError } from "../../domain/errors";
import { passGate } from "../../fleet/gate";
import { isBehind, isLeaving, newInstances } from "../../fleet/instances";
import { rebuildUnhealthy } from "../../fleet/rebuild";
import { alarmConditions } from "../proof/alarms";
import { done, PENDING, type StepBody } from "../step";

/** The first node passes the gate before a second one is built. Always observed again: recorded health proves nothing. */
export const gate: StepBody = {
  title: "wait until the first node passes the gate",
  observe: (ctx) => Promise.resolve(isBehind(ctx) ? done("this release was started") : PENDING),
  async run(ctx) {
    await rebuildUnhealthy(ctx);
    const [first] = newInstances(ctx, await ctx.ports.fleet.describe()).filter((node) => !isLeaving(node));
    if (!first) throw new RepaveError("WORLD_CHANGED", "the node at the gate no longer exists");
    // A hop on the way takes the service down again: alarms that it set off need not recover before that.
    const isLast = ctx.hopIndex === ctx.plan.hops.length - 1;
    const beside = isLast ? { beside: () => alarmConditions(ctx) } : {};
    await passGate({ ...ctx, ...beside }, first.id, ctx.hop.release);
  },
};
