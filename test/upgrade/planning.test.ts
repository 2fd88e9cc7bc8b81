import { RepaveError } from "../../orchestration/domain/errors";
import { expectationOf, forecastFrom, NO_HISTORY, secondsInAll } from "../../orchestration/domain/forecast";
import { fold } from "../../orchestration/domain/journal";
import { releaseFacts } from "../../orchestration/domain/release";
import type { Plan } from "../../orchestration/domain/plan";
import { DEFAULT_POLICY } from "../../orchestration/run/policy";
import { forecast } from "../../orchestration/run/pastRuns";
import { layOut } from "../../orchestration/upgrade/walk";
import { describePlan } from "../../orchestration/upgrade/planText";
import { STEPS } from "../../orchestration/upgrade/steps";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";
import { PLAN } from "../support/events";
import { releaseOf } from "../support/release";

describe("the way of an upgrade", () => {
  test("is one list", () => {
    expect(STEPS.map(({ id, scope, outage }) => `${id} (${scope}, ${outage})`)).toEqual([
      "preflight (start, no)",
      "claim (start, no)",
      "fence (start, no)",
      "stage (hop, no)",
      "proveBoot (hop, no)",
      "prepare (hop, no)",
      "drain (hop, no)",
      "backup (hop, no)",
      "scaleToZero (hop, starts)",
      "scaleToOne (hop, continues)",
      "gate (hop, ends)",
      "smoke (end, no)",
      "scaleOut (end, no)",
      "verify (end, no)",
    ]);
  });

  test("is laid out over the hops: start once, every hop in full, end once", () => {
    const hop = ["stage", "proveBoot", "prepare", "drain", "backup", "scaleToZero", "scaleToOne", "gate"];
    expect(layOut(PLAN).map(({ step, hopIndex }) => `${step.id} ${hopIndex}`)).toEqual([
      ...["preflight 1", "claim 1", "fence 1"],
      ...hop.map((id) => `${id} 0`),
      ...hop.map((id) => `${id} 1`),
      ...["smoke 1", "scaleOut 1", "verify 1"],
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
        ["proveBoot", "prepare", "backup", "smoke"].includes(id)
          ? [`step.skipped ${id}`]
          : [`step.started ${id}`, `step.finished ${id}`],
      ),
    );
  });
});

const TFE = new World().ports().tfe;

test("a plan that is resumed says so first", () => {
  expect(describePlan(PLAN, TFE, DEFAULT_POLICY, "run-1")[0]).toBe("Resumes run-1. Finished steps are skipped.");
});

test("a plan names the hazards of the releases on the way, but for those of another packaging", () => {
  const plan = { ...PLAN, hops: [{ release: releaseOf("v202401-1"), image: "ami-a" }] };
  const memory = "  hazard of v202401-1 (751): memory use grows until the application is restarted; fixed in v202411-1";
  const redis = "  hazard of v202401-1 (751): a Redis user name is not supported (since v202503-1)";
  expect(describePlan(plan, TFE, DEFAULT_POLICY)).toContain(memory);
  expect(describePlan(plan, TFE, DEFAULT_POLICY)).not.toContain(redis);
  expect(describePlan(plan, { ...TFE, packaging: "fdo" }, DEFAULT_POLICY)).toEqual(
    expect.arrayContaining([memory, redis]),
  );
});

test("a plan names the steps that it will make: prepared nodes and smoke runs where it has them", () => {
  const lines = describePlan(PLAN, TFE, DEFAULT_POLICY).join("\n");
  expect(lines).not.toMatch(/^ {2}(prepare|smoke) /m);
  expect(lines).toContain("an outage of about one node build;");
  const more = describePlan({ ...PLAN, prewarm: 1, proof: { smoke: "plan" } }, TFE, DEFAULT_POLICY).join("\n");
  expect(more).toMatch(/^ {2}prepare .*\n/m);
  expect(more).toMatch(/^ {2}smoke .*\n/m);
  expect(more).toContain("an outage of about the start of one node;");
});

test("a plan says of a step only what it will do", () => {
  const of = (plan: Partial<Plan>, policy = DEFAULT_POLICY): string =>
    describePlan({ ...PLAN, ...plan }, TFE, policy).join("\n");
  expect(of({})).toMatch(/scale to one +build one node of the new release \(2 times\) — outage continues$/m);
  expect(of({ prewarm: 1 })).toMatch(/scale to one +start the prepared node \(2 times\) — outage continues$/m);
  expect(of({ proof: { smoke: "plan" } })).toMatch(/smoke +make a smoke run on the first node$/m);
  expect(of({ proof: { soakSeconds: 60 } })).toMatch(/smoke +watch the first node$/m);
  expect(of({ proof: { smoke: "plan", soakSeconds: 60 } })).toMatch(
    /make a smoke run on the first node, and watch it$/m,
  );
  const database = { ...DEFAULT_POLICY.backup, databaseId: "tfe" };
  expect(of({})).not.toMatch(/^ {2}backup /m);
  expect(of({}, { ...DEFAULT_POLICY, backup: database })).toMatch(/backup +record the point in time \(/m);
  expect(of({}, { ...DEFAULT_POLICY, backup: { ...database, snapshot: true } })).toMatch(
    /backup +take a database snapshot and record the point in time \(/m,
  );
});

test("a step that begins says only what it will do", async () => {
  const world = new World();
  await attempt(world);
  expect(world.of("step.started").find(({ step }) => step === "scaleToOne")?.title).toBe(
    "build one node of the new release",
  );
});

describe("the forecast", () => {
  test("is an assumption before a run has gone through", async () => {
    const world = new World();
    expect(await forecast(world.store)).toEqual(NO_HISTORY);
    world.group.machine("i-1").stuck = true;
    await attempt(world);
    expect(await forecast(world.store)).toEqual(NO_HISTORY);
  });

  test("is the slowest of few, a hop, with all that is around the outage", async () => {
    const world = new World();
    const { outageSeconds: first, steps } = await attempt(world);
    await world.clock.sleep(3600_000);
    const { steps: later } = await attempt(world, { release: 713 });
    const past = await forecast(world.store);
    expect(past).toMatchObject({ runs: 2, hopBuildSeconds: 300 });
    const took = (of: typeof steps, id: string): number => of.find((step) => step.id === id)?.seconds ?? 0;
    const drains = [took(steps, "drain"), took(later, "drain") / 2].map(Math.ceil);
    expect(past.stepSeconds.drain).toBe(Math.max(...drains));
    expect(past.hopOutageSeconds).toBeGreaterThanOrEqual(first ?? 0);
    expect(past.hopOutageSeconds).toBeLessThan((first ?? 0) + 60);
    expect(past.stepSeconds.drain).toBeGreaterThan(180);
    expect(past.stepSeconds.scaleOut + past.stepSeconds.verify).toBeGreaterThan(300);
  });
});

describe("the outlook", () => {
  test("of a first run lays out the steps, and expects nothing of them", async () => {
    const world = new World();
    await attempt(world);
    const [outlook] = world.of("run.outlook");
    expect(outlook).toMatchObject({
      pastRuns: 0,
      nodeBuildSeconds: null,
      outageSeconds: 0,
      outageSince: null,
      drainBegun: false,
      pastPointOfNoReturn: false,
      nodes: [
        { instanceId: "i-1", release: "v202204-2", healthy: true },
        { instanceId: "i-2", release: "v202204-2", healthy: true },
      ],
    });
    expect(outlook?.steps).toEqual(
      STEPS.map(({ id, scope }) => ({
        step: id,
        hop: 0,
        scope,
        expectedSeconds: null,
        forecastSeconds: NO_HISTORY.stepSeconds[id] + (id === "gate" ? 1800 : 0),
      })),
    );
  });

  test("of a later run knows how long each step took, what is allowed for the migration, and the build of a node", async () => {
    const world = new World();
    const first = await attempt(world);
    await attempt(world, { release: 692 });
    const migration = (releaseFacts(releaseOf(692))?.migrationMinutes ?? 0) * 60;
    expect(migration).toBeGreaterThan(0);
    const outlook = world.of("run.outlook").at(-1);
    expect(outlook).toMatchObject({ pastRuns: 1, nodeBuildSeconds: Math.ceil(first.nodeBuildSeconds ?? 0) });
    expect(outlook?.steps.map(({ step, expectedSeconds }) => [step, expectedSeconds])).toEqual(
      first.steps.map(({ id, seconds }) => [id, Math.ceil(seconds) + (id === "gate" ? migration : 0)]),
    );
  });

  test("names the same time as the plan and the window", async () => {
    const world = new World();
    await attempt(world);
    await attempt(world, { release: 713 });
    const [, outlook] = world.of("run.outlook");
    const [, made] = world.of("plan.made");
    const past = forecastFrom([fold(await world.store.journal((await world.store.list())[0]?.runId ?? ""))]);
    const expected = outlook?.steps.reduce((sum, { expectedSeconds }) => sum + (expectedSeconds ?? 0), 0);
    expect(made && secondsInAll(past, made.plan)).toBe(expected);
    const forecast = made && expectationOf(past, made.plan);
    expect(outlook?.forecast).toEqual(forecast);
    expect(forecast?.allowances.length).toBeGreaterThan(0);
    const [, intent] = world.of("run.intent");
    expect(intent).toMatchObject({
      forecast,
      expectedSeconds: expected,
      expectedOutageSeconds: forecast?.outageSeconds,
    });
    for (const said of [/Expected: (about .*)\. The whole run/, / outage +(about .*); it starts after the last drain/])
      expect(world.told.split("\n").flatMap((line) => said.exec(line)?.[1] ?? [])).toContain(forecast?.text);
  });

  test("of a run that is resumed in its outage knows since when the service is down", async () => {
    const world = new World();
    const stopping = new AbortController();
    world.once("zero.reached", () => stopping.abort(new RepaveError("INTERRUPTED", "stopped")));
    await attempt(world, {}, { signal: stopping.signal });
    await attempt(world, { resume: true });
    const [began] = world.of("outage.began");
    expect(world.of("run.outlook").at(-1)).toMatchObject({
      outageSince: began?.at,
      drainBegun: true,
      pastPointOfNoReturn: false,
    });
  });
});
