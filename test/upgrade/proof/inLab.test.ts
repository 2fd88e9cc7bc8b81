import { applicationOf } from "../../../lab/region/application/state";
import type { TerraformRun } from "../../../lab/region/model";
import type { RunEvent } from "../../../orchestration/domain/events";
import { unfitWorkspace } from "../../../orchestration/domain/proof/smoke";
import { DEFAULT_POLICY } from "../../../orchestration/run/policy";
import { makeSmokeRun, type SmokeResult, type SmokeWish } from "../../../orchestration/upgrade/proof/smokeRun";
import { NO_JOBS } from "../../lab/estate";
import { serveApplication, type ServedApplication } from "../../lab/servedApplication";

// The product's adapter and its way with a smoke run, through the lab's load balancer to its queue and its workers.

let application: ServedApplication;
const told: RunEvent[] = [];
const LIMITS = { ...DEFAULT_POLICY.smoke, timeoutMs: 5 * 60_000 };

beforeAll(async () => {
  application = await serveApplication({ timings: NO_JOBS });
});
afterAll(() => application.close());
beforeEach(() => {
  told.length = 0;
  const { state } = application.lab.region;
  state.faults = [];
  state.jobs = [];
  delete state.application;
});

const all = (): readonly TerraformRun[] => applicationOf(application.lab.region.state).runs;

const make = (
  wish: Partial<SmokeWish> = {},
  more: Partial<Parameters<typeof makeSmokeRun>[0]> = {},
): Promise<SmokeResult> =>
  makeSmokeRun(
    {
      smokeRuns: application.adapter(),
      clock: application.lab.clock,
      limits: LIMITS,
      signal: new AbortController().signal,
      tell: (event) => told.push(event),
      ...more,
    },
    {
      mark: "tfe-repave run-1 firstNode 1",
      earlier: "tfe-repave run-1 ",
      applies: false,
      queued: () => Promise.resolve(),
      ...wish,
    },
  );

it("a plan passes, and nothing waits to be applied", async () => {
  const { passed, run, words } = await make();
  expect([passed, words]).toEqual([true, undefined]);
  expect(all()).toMatchObject([{ id: run?.id, status: "planned_and_finished", planOnly: true }]);
  expect(run?.page).toBe(`${application.origin}/app/lab/workspaces/smoke/runs/${run?.id ?? ""}`);
});

it("an apply is confirmed once its plan destroys nothing", async () => {
  expect(await make({ applies: true })).toMatchObject({ passed: true, run: { status: "applied" } });
  expect(all()).toMatchObject([{ status: "applied", planOnly: false }]);
});

it("the workspace's own configuration is planned where that is asked for", async () => {
  await make();
  const [version] = applicationOf(application.lab.region.state).configurationVersions;
  const own = application.adapter({ builtIn: false });
  expect(await make({ mark: "tfe-repave run-1 end 1" }, { smokeRuns: own })).toMatchObject({ passed: true });
  expect(all()[1]?.configurationVersionId).toBe(version?.id);
  expect(applicationOf(application.lab.region.state).configurationVersions).toHaveLength(1);
});

it.each<[fault: string, words: RegExp]>([
  ["plan-errors", /^run run-\w+ errored: Error: Failed to load plugin schemas$/],
  ["agent-unpullable", /failed to pull image .*\. The image in which runs are executed cannot be pulled/],
  [
    "certificate-unknown",
    /x509: certificate signed by unknown authority\. Runs do not trust a certificate: .*tfe:caBundleSecretArn/,
  ],
  ["smoke-token-expired", /^GET \/api\/v2\/\S+: 401, the token was rejected/],
])("%s: in the run's own words", async (fault, words) => {
  application.fault(fault);
  const result = await make();
  expect(result.passed).toBe(false);
  expect(result.words).toMatch(words);
  expect(result.words).not.toMatch(/_archivist\/v1\/object\/\w/);
});

it("a run that no worker takes is ended after its time, and is not in anybody's way", async () => {
  application.fault("runs-pending");
  const result = await make();
  expect(result.words).toMatch(/^run run-\w+ is still plan queued after 5m 0s: no worker takes it/);
  expect(all()).toMatchObject([{ status: "canceled" }]);
});

it("an API that answers 502 for a while is waited for, and said once", async () => {
  application.fault("api-unavailable", { for: 100 });
  expect(await make()).toMatchObject({ passed: true });
  expect(told.filter(({ event }) => event === "note")).toHaveLength(1);
});

it("an API that does not come back fails the run", async () => {
  application.fault("api-unavailable", { for: "ever" });
  expect((await make()).words).toMatch(/^GET \/api\/v2\/organizations\/lab\/workspaces\/smoke: 502/);
  expect(all()).toEqual([]);
});

it("one that is there already is followed, and no second one is queued", async () => {
  const adapter = application.adapter();
  const left = await adapter.queue("tfe-repave run-1 firstNode 1", { applies: false });
  const result = await make();
  expect(result).toMatchObject({ passed: true, run: { id: left.id } });
  expect(all()).toHaveLength(1);
});

it("what an earlier try left is ended; what users queued is not touched", async () => {
  const adapter = application.adapter();
  const users = await adapter.queue("a user's plan", { applies: true });
  const earlier = await adapter.queue("tfe-repave run-1 firstNode 1", { applies: true });
  const others = await adapter.queue("tfe-repave run-10 firstNode 1", { applies: true });
  expect(await make({ mark: "tfe-repave run-1 firstNode 2" })).toMatchObject({ passed: true });
  const byId = (id: string): string | undefined => all().find((run) => run.id === id)?.status;
  expect(byId(earlier.id)).toBe("discarded");
  expect(["planned", "planning", "plan_queued"]).toContain(byId(users.id));
  expect(byId(others.id)).toBe("pending");
});

it("an interrupted wait leaves the run to whoever resumes", async () => {
  application.fault("runs-pending");
  const stop = new AbortController();
  const abort = (): Promise<void> => {
    stop.abort(new Error("stopped"));
    return Promise.resolve();
  };
  const made = make({ queued: abort }, { signal: stop.signal });
  await expect(made).rejects.toThrow("stopped");
  expect(all()).toMatchObject([{ status: "plan_queued" }]);
});

it("the workspace is described as far as a smoke run needs to know", async () => {
  const [workspace] = applicationOf(application.lab.region.state).workspaces;
  const seen = await application.adapter().workspace();
  expect(unfitWorkspace(seen, true, true)).toEqual([]);
  Object.assign(workspace ?? {}, { executionMode: "agent", autoApply: true, locked: true, resourceCount: 3 });
  const unfit = unfitWorkspace(await application.adapter().workspace(), true, true).join("; ");
  expect(unfit).toMatch(/execution mode is agent.*is locked.*applies by itself.*holds 3 resources/);
});

it("what is in front of the application's services is not taken for a refusal", async () => {
  application.fault("api-unavailable", { for: "ever" });
  await expect(application.adapter().workspace()).rejects.toMatchObject({ code: "TFE_API_UNAVAILABLE" });
});

it("a certificate that this machine does not trust is said to be one", async () => {
  const strange = application.adapter({ caFile: undefined });
  await expect(strange.workspace()).rejects.toMatchObject({
    code: "TFE_API_REFUSED",
    detail: expect.stringMatching(
      /does not trust the certificate \(self-signed certificate\): set tfe:caFile/,
    ) as string,
  });
});
