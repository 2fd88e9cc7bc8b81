import { isFenced, raiseFence } from "../../fleet/fencing";
import { done, PENDING, type StepBody } from "../step";

/** From here to the end the group neither replaces nor launches by itself. */
export const fence: StepBody = {
  title: "suspend the group's own processes",
  async observe(ctx) {
    const { ports, run } = ctx;
    const fleet = await ports.fleet.describe();
    const known = run.state.foundSuspended !== undefined && !run.state.fenceRestored;
    return known && isFenced(ctx, fleet) ? done("already suspended by this run") : PENDING;
  },
  run: raiseFence,
};
