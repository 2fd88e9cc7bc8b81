import { raiseFence } from "../../fleet/fencing";
import { done, PENDING, type StepBody } from "../step";

/** From here to the end the group neither replaces nor launches by itself. */
export const fence: StepBody = {
  title: "suspend the group's own processes",
  async observe({ ports, run }) {
    const { group } = await ports.fleet.describe();
    const known = run.state.foundSuspended !== undefined && !run.state.fenceRestored;
    return known && group.fenceGaps.length === 0 ? done("already suspended by this run") : PENDING;
  },
  run: raiseFence,
};
