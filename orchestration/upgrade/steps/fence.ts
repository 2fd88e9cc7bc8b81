import { raiseFence } from "../../fleet/fencing";
import { done, PENDING, type Step } from "../step";

/** From here to the end the group neither replaces nor launches by itself. */
export const fence: Step = {
  id: "fence",
  title: "suspend the group's own processes",
  scope: "start",
  outage: "no",
  async observe({ ports, run }) {
    const { group } = await ports.fleet.describe();
    const known = run.state.foundSuspended !== undefined && !run.state.fenceRestored;
    return known && group.fenceGaps.length === 0 ? done("already suspended by this run") : PENDING;
  },
  run: raiseFence,
};
