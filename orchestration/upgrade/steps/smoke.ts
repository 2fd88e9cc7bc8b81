import { newInstances } from "../../fleet/instances";
import { requireSmokeRun } from "../proof/smoke";
import { soak } from "../proof/soak";
import { done, PENDING, type StepBody } from "../step";

/**
 * What the gate cannot show: a run of Terraform through the application, and that the node stays healthy for a while. The service is up,
 * and nothing but one node would have to be looked at.
 */
export const smoke: StepBody = {
  title: "make a smoke run on the first node, and watch it",
  titleIn: ({ proof: { smoke: asked, soakSeconds = 0 } = {} }) =>
    [...(asked === undefined ? [] : ["make a smoke run on the first node"]), ...(soakSeconds > 0 ? ["watch it"] : [])]
      .join(", and ")
      .replace(/^watch it$/, "watch the first node"),
  async observe(ctx) {
    const { smoke: asked, soakSeconds = 0 } = ctx.plan.proof ?? {};
    if (asked === undefined && soakSeconds === 0) return done("not asked for");
    const nodes = newInstances(ctx, await ctx.ports.fleet.describe());
    return nodes.length > 1 ? done("a second node was built") : PENDING;
  },
  async run(ctx) {
    await requireSmokeRun(ctx, "firstNode");
    await soak(ctx);
  },
};
