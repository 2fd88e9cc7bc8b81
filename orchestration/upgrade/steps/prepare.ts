import { hopRecord } from "../../domain/journal";
import { isBehind } from "../../fleet/instances";
import { preparedCount, prepareNodes } from "../../fleet/prepared/preparing";
import { done, PENDING, type StepBody } from "../step";

/**
 * Builds nodes of the staged build outside the group, up to the application's first start, while the old ones serve: the outage has only
 * that start left. What keeps a node from coming up is found here, and costs nothing.
 */
export const prepare: StepBody = {
  title: "prepare nodes of the new build outside the group",
  observe(ctx) {
    const { zeroAsked, oneAsked } = hopRecord(ctx.run.state, ctx.hopIndex);
    if (preparedCount(ctx) === 0) return Promise.resolve(done("no node is to be prepared"));
    if (isBehind(ctx)) return Promise.resolve(done("this release was started"));
    return Promise.resolve(zeroAsked || oneAsked ? done("the outage has begun") : PENDING);
  },
  run: prepareNodes,
};
