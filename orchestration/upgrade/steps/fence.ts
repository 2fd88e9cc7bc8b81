import { FENCE, gapsInFence } from "../../domain/fence";
import { done, PENDING, type Step } from "../step";

/** From here to the end the group neither replaces nor launches by itself. What was found is written down before it is changed. */
export const fence: Step = {
  id: "fence",
  title: "suspend the group's own processes",
  scope: "start",
  outage: "no",
  async observe({ ports, run }) {
    const { group } = await ports.fleet.describe();
    const known = run.state.foundSuspended !== undefined && !run.state.fenceRestored;
    return known && gapsInFence(group.suspended).length === 0 ? done("already suspended by this run") : PENDING;
  },
  async run({ ports, run }) {
    const { group } = await ports.fleet.describe();
    await run.record({ event: "fence.found", suspended: group.suspended });
    await ports.fleet.suspend(FENCE);
  },
};
