import { RepaveError } from "../../../orchestration/domain/errors";
import type { RunFinished } from "../../../orchestration/domain/events";
import type { Request } from "../../../orchestration/upgrade/planning";
import { DEFAULT_POLICY, type Policy } from "../../../orchestration/run/policy";
import { FakeSmokeRuns } from "../../fakes/smokeRuns";
import { World } from "../../fakes/world";
import { attempt, type Circumstances, LEASE_RUNS_OUT_MS } from "../../support/attempt";

const POLICY: Policy = { ...DEFAULT_POLICY, smoke: { ...DEFAULT_POLICY.smoke, always: true } };
const APPLYING: Policy = { ...POLICY, smoke: { ...POLICY.smoke, applies: true } };

function worldWithRuns(): { readonly world: World; readonly runs: FakeSmokeRuns } {
  const world = new World();
  return { world, runs: new FakeSmokeRuns(world) };
}

const go = (
  { world, runs }: ReturnType<typeof worldWithRuns>,
  request: Partial<Omit<Request, "release">> = {},
  more: Circumstances = {},
): Promise<RunFinished> =>
  attempt(world, request, { policy: POLICY, ports: { ...world.ports(), smokeRuns: runs }, ...more });

const outOf = (world: World): readonly string[] =>
  world.acts.filter((act) => /^(queue|apply|end) |^capacity/.test(act));

test("a plan is made with one node, before the second is built, and once more at the end", async () => {
  const both = worldWithRuns();
  expect((await go(both)).outcome).toBe("done");
  const { world } = both;
  expect(outOf(world)).toEqual([
    "capacity 2 version 1",
    "capacity 0 version 1",
    "capacity 1 version 2",
    "queue run-1",
    "capacity 2 version 2",
    "queue run-2",
  ]);
  expect(world.acts.at(-1)).toMatch(/^resume /);
  expect(world.of("smoke.finished")).toMatchObject([
    { moment: "firstNode", passed: true, terraformRun: "run-1" },
    { moment: "end", passed: true, terraformRun: "run-2" },
  ]);
  expect(world.violations).toEqual([]);
});

test("without being asked for, none is made", async () => {
  const both = worldWithRuns();
  expect((await go(both, {}, { policy: DEFAULT_POLICY })).outcome).toBe("done");
  expect(both.runs.entries).toEqual([]);
  expect(both.world.of("step.skipped").find(({ step }) => step === "smoke")?.why).toBe("not asked for");
});

test("one run can ask for it, and not where the stack has no workspace", async () => {
  const both = worldWithRuns();
  expect((await go(both, { smoke: true }, { policy: DEFAULT_POLICY })).outcome).toBe("done");
  expect(both.runs.statuses).toEqual(["planned_and_finished", "planned_and_finished"]);
  const world = new World();
  const refused = await attempt(world, { smoke: true });
  expect([refused.outcome, world.of("run.failed")[0]?.code]).toEqual(["blocked", "USAGE"]);
  expect(world.acts).toEqual([]);
});

test("its time is none of the outage's", async () => {
  const [plain, proven] = [worldWithRuns(), worldWithRuns()];
  const without = await go(plain, {}, { policy: DEFAULT_POLICY });
  const seconds = (await go(proven)).outageSeconds;
  expect(seconds).toBe(without.outageSeconds);
  expect(proven.world.of("step.finished").find(({ step }) => step === "smoke")?.seconds).toBeGreaterThanOrEqual(30);
});

test("one that fails holds the run before the second node, in its own words; a new one is made on resuming", async () => {
  const both = worldWithRuns();
  const { world, runs } = both;
  runs.ends.push("errored");
  runs.words =
    "\u0002Terraform v1.9\n\u001b[31m╷\n│ Error: x509: certificate signed by unknown authority\n╵\u001b[0m\u0003";
  const held = await go(both);
  expect(held.outcome).toBe("halted");
  const [failed] = world.of("run.failed");
  expect(failed).toMatchObject({ step: "smoke", code: "SMOKE_FAILED" });
  expect(failed?.detail).toMatch(/^run run-1 errored: Error: x509: .*\. Runs do not trust a certificate/);
  expect(world.group.alive()).toHaveLength(1);
  expect(world.acts.filter((act) => act.startsWith("resume "))).toEqual([]);
  await world.clock.sleep(LEASE_RUNS_OUT_MS);
  expect((await go(both, { resume: true })).outcome).toBe("done");
  expect(runs.statuses).toEqual(["errored", "planned_and_finished", "planned_and_finished"]);
  expect(runs.entries.map(({ run }) => run.message.split(" ").slice(2).join(" "))).toEqual([
    "firstNode 1",
    "firstNode 2",
    "end 1",
  ]);
});

test("a failure can be accepted by name, which the report shows; it is not waited for again", async () => {
  const both = worldWithRuns();
  const { world, runs } = both;
  runs.ends.push("never");
  expect((await go(both)).outcome).toBe("halted");
  expect(runs.statuses).toEqual(["canceled"]);
  const overrides = [{ id: "smoke", because: "the pool is being rebuilt" }];
  const finished = await go(both, { resume: true }, { overrides });
  expect(finished.outcome).toBe("done");
  expect(runs.entries).toHaveLength(1);
  expect(world.of("override.used")).toMatchObject(overrides);
  expect(world.told).toMatch(/no smoke run has passed \(accepted\)/);
});

test.each(["smoke.started", "smoke.finished"] as const)(
  "killed at %s, the same run is followed, and none is doubled",
  async (at) => {
    const both = worldWithRuns();
    const { world, runs } = both;
    const killed = new AbortController();
    world.once(at, () => killed.abort(new RepaveError("LEASE_LOST", "the process is gone")));
    await go(both, {}, { signal: killed.signal });
    await world.clock.sleep(LEASE_RUNS_OUT_MS);
    expect((await go(both, { resume: true })).outcome).toBe("done");
    expect(runs.statuses).toEqual(["planned_and_finished", "planned_and_finished"]);
  },
);

test("a run whose answer was lost is found, and not queued again", async () => {
  const both = worldWithRuns();
  both.runs.losesAnswer = true;
  expect((await go(both)).outcome).toBe("done");
  expect(both.runs.entries).toHaveLength(2);
});

test("an apply is confirmed, unless its plan would destroy something", async () => {
  const both = worldWithRuns();
  expect((await go(both, {}, { policy: APPLYING })).outcome).toBe("done");
  expect(both.runs.statuses).toEqual(["applied", "applied"]);
  const other = worldWithRuns();
  other.runs.destroyed = 3;
  expect((await go(other, {}, { policy: APPLYING })).outcome).toBe("halted");
  expect(other.world.of("run.failed")[0]?.detail).toMatch(/would destroy 3 resources: not applied/);
  expect(other.world.acts.filter((act) => act.startsWith("apply "))).toEqual([]);
  expect(other.runs.statuses).toEqual(["canceled"]);
});

test("a token that does not let anybody in is found before anything is changed", async () => {
  const both = worldWithRuns();
  both.runs.refuses = new RepaveError("TFE_API_REFUSED", "GET /api/v2/x: 401, the token was rejected");
  expect((await go(both)).outcome).toBe("blocked");
  expect(both.world.of("run.failed")[0]?.detail).toMatch(/^smoke-workspace: could not be checked: .*401/);
  expect(both.world.acts).toEqual([]);
});

test("a workspace whose runs are not the nodes' is refused", async () => {
  const both = worldWithRuns();
  both.runs.unfit = { executionMode: "agent" };
  expect((await go(both)).outcome).toBe("blocked");
  expect(both.world.of("run.failed")[0]?.detail).toMatch(/its runs do not run on the nodes/);
});

test("the plan says it, and an unfinished run cannot be given it later", async () => {
  const both = worldWithRuns();
  both.runs.ends.push("errored");
  await go(both, {}, { policy: APPLYING });
  expect(both.world.of("plan.made")[0]?.plan.proof).toEqual({ smoke: "apply" });
  const plain = worldWithRuns();
  const stopped = new AbortController();
  plain.world.once("drain.proven", () => stopped.abort(new RepaveError("INTERRUPTED", "stopped")));
  await go(plain, {}, { policy: DEFAULT_POLICY, signal: stopped.signal });
  const refused = await go(plain, { resume: true, smoke: true }, { policy: DEFAULT_POLICY });
  expect(refused.outcome).toBe("blocked");
  expect(plain.world.of("run.failed").at(-1)?.detail).toMatch(/--smoke cannot be added/);
});
