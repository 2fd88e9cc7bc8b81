import { estimate } from "../../orchestration/upgrade/estimate";
import { schedule } from "../../orchestration/upgrade/engine";
import { describePlan } from "../../orchestration/upgrade/planText";
import { STEPS } from "../../orchestration/upgrade/steps";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";
import { PLAN } from "../support/events";

describe("the way of an upgrade", () => {
  test("is one list", () => {
    expect(STEPS.map(({ id, scope, outage }) => `${id} (${scope}, ${outage})`)).toEqual([
      "preflight (start, no)",
      "claim (start, no)",
      "fence (start, no)",
      "stage (hop, no)",
      "drain (hop, no)",
      "backup (hop, no)",
      "scaleToZero (hop, starts)",
      "scaleToOne (hop, goes on)",
      "gate (hop, ends)",
      "scaleOut (end, no)",
      "verify (end, no)",
    ]);
  });

  test("is laid out over the hops: start once, every hop in full, end once", () => {
    const hop = ["stage", "drain", "backup", "scaleToZero", "scaleToOne", "gate"];
    expect(schedule(PLAN).map(({ step, hopIndex }) => `${step.id} ${hopIndex}`)).toEqual([
      ...["preflight 1", "claim 1", "fence 1"],
      ...hop.map((id) => `${id} 0`),
      ...hop.map((id) => `${id} 1`),
      ...["scaleOut 1", "verify 1"],
    ]);
  });

  test("is told in this order, and each step ends before the next begins", async () => {
    const world = new World();
    await attempt(world);
    const told = world.events.flatMap((e) =>
      e.event === "step.started" || e.event === "step.finished" || e.event === "step.skipped"
        ? [`${e.event} ${e.step}`]
        : [],
    );
    expect(told).toEqual(
      STEPS.flatMap(({ id }) =>
        id === "backup" ? ["step.skipped backup"] : [`step.started ${id}`, `step.finished ${id}`],
      ),
    );
  });
});

test("a plan that is gone on with says so first", () => {
  expect(describePlan(PLAN, "run-1")[0]).toBe("Goes on with run-1; steps that are done are skipped.");
});

describe("the estimate", () => {
  test("is none before a run has finished", async () => {
    const world = new World();
    expect(await estimate(world.store)).toBeUndefined();
    world.group.machine("i-1").stuck = true;
    await attempt(world);
    expect(await estimate(world.store)).toBeUndefined();
  });

  test("is the slowest of the past, a hop", async () => {
    const world = new World();
    const { outageSeconds: first } = await attempt(world);
    await world.clock.sleep(3600_000);
    const { outageSeconds: second } = await attempt(world, { release: 713 });
    const past = await estimate(world.store);
    expect(past).toMatchObject({ runs: 2, nodeBuildSeconds: 300 });
    expect(past?.outageSeconds).toBe(Math.max(first ?? 0, Math.round((second ?? 0) / 2)));
    expect(past?.drainSeconds).toBeGreaterThan(180);
  });
});
