import type { Instance } from "../../domain/fleet";
import { hopRecord } from "../../domain/journal";
import type { StepContext } from "../../run/context";
import { drainNode } from "../../fleet/draining";
import { isBehind, isLeaving, oldInstances } from "../../fleet/instances";
import { standingStill } from "../../fleet/retiring";
import { done, PENDING, type StepBody } from "../step";

/** Drains node after node, so that the last one keeps working until the others are done. */
export const drain: StepBody = {
  title: "let every node finish its work",
  async observe(ctx) {
    if (isBehind(ctx)) return done("this release was started");
    const left = await undrained(ctx);
    return left.length === 0 ? done("no node of the old build has work or takes any") : PENDING;
  },
  async run(ctx) {
    const isStale = ({ id }: Instance): boolean => !ctx.run.isProven(id, ctx.policy.drain.freshMs);
    for (;;) {
      // Read again each time: the fleet may have changed during a drain of hours, and a restarted node takes work again.
      const [next] = await undrained(ctx, isStale);
      if (!next) return;
      await drainNode(ctx, next);
    }
  },
};

async function undrained(
  ctx: StepContext,
  isStale: (instance: Instance) => boolean = () => false,
): Promise<readonly Instance[]> {
  const { drained } = hopRecord(ctx.run.state, ctx.hopIndex);
  const fleet = await ctx.ports.fleet.describe();
  const left = oldInstances(ctx, fleet).filter((i) => !isLeaving(i) && (!drained.includes(i.id) || isStale(i)));
  // What this run has stopped for good takes no work, and no drain.
  const still = await standingStill(ctx, left);
  return left.filter((node) => !still.includes(node));
}
