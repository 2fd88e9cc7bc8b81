import { markdownReport } from "../../../orchestration/domain/report/markdown";
import type { JournalEntry } from "../../../orchestration/domain/journal";
import { DEFAULT_POLICY, type Policy } from "../../../orchestration/run/policy";
import { FakeSmokeRuns } from "../../fakes/smokeRuns";
import { World } from "../../fakes/world";
import { attempt, LEASE_RUNS_OUT_MS } from "../../support/attempt";

const POLICY: Policy = {
  ...DEFAULT_POLICY,
  soakMs: 600_000,
  smoke: { ...DEFAULT_POLICY.smoke, always: true },
  backup: { ...DEFAULT_POLICY.backup, databaseId: "tfe-db", snapshot: true },
};

/** A night with a smoke run that failed, an accepted risk, and somebody who went on. */
async function night(): Promise<{
  readonly world: World;
  readonly text: string;
  readonly entries: readonly JournalEntry[];
}> {
  const world = new World();
  const runs = new FakeSmokeRuns(world);
  runs.ends.push("errored");
  runs.words = "Error: x509: certificate signed by unknown authority";
  world.tfe.diskFreeBytes = 1024 ** 3;
  const overrides = [{ id: "disk", because: "the volume grows tomorrow" }];
  const ports = (who: string) => ({ ...world.ports(who), smokeRuns: runs });
  await attempt(world, {}, { policy: POLICY, overrides, ports: ports("ann@ops"), changeNumber: "CHG0012345" });
  await world.clock.sleep(LEASE_RUNS_OUT_MS);
  await attempt(world, { resume: true }, { policy: POLICY, overrides, ports: ports("bob@ops") });
  const [run] = await world.store.list();
  if (!run) throw new Error("no run was begun");
  const entries = await world.store.journal(run.runId);
  return { world, text: markdownReport(run, entries), entries };
}

const section = (text: string, heading: string): string => text.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";

test("the report reads like minutes of the night", async () => {
  const { world, text } = await night();
  expect(text).toMatch(/^# run-\S+: done\n/);
  expect(text).toContain("| change | CHG0012345 |");
  expect(text).toContain("| release before | 610 (v202204-2) |");
  expect(text).toContain("| release after | 642 (v202207-2) |");
  expect(text).toContain("| nodes | 2 before, 2 after |");
  expect(section(text, "Who")).toMatch(/ann@ops started the run\n.* bob@ops resumed it\n/);
  expect(section(text, "Checks before the start")).toMatch(/\d+ checks passed, \d+ skipped, 0 failed\./);
  expect(section(text, "Accepted risks")).toMatch(/\| disk \| the volume grows tomorrow \|/);
  const proof = section(text, "Proof by real runs");
  expect(proof).toMatch(
    /\| first node in service \| \[run-1\]\(https:\/\/tfe\.example\.com\/app\/\S+\/run-1\) \| 30s \| failed: .*x509/,
  );
  expect(proof).toMatch(/\| first node in service \| \[run-2\]\(\S+\) \| 30s \| passed \|/);
  expect(proof).toMatch(/\| all nodes in service \| \[run-3\]\(\S+\) \| 30s \| passed \|/);
  expect(proof).toMatch(/The first node had stayed healthy for 10m 0s\./);
  expect(section(text, "Where it stopped")).toMatch(/at smoke: .*SMOKE\\?_FAILED.* bob@ops resumed it\./);
  expect(section(text, "Way back")).toMatch(/- before 642: snapshot run-\S+, point in time 20\d\d-/);
  expect(section(text, "Outage")).toMatch(/The service was down for \d/);
  expect(section(text, "Steps")).toMatch(/\| smoke \| .* \| failed \|/);
  expect(text).not.toMatch(/undefined|\[object|NaN/);
  expect([...world.snapshotTags.values()]).toEqual([expect.objectContaining({ "tfe-repave:change": "CHG0012345" })]);
});

test("a resumed run keeps its change number, in notices as well", async () => {
  const { entries } = await night();
  const numbers = entries.flatMap((entry) =>
    entry.event === "run.started" || entry.event === "run.resumed" ? [entry.changeNumber] : [],
  );
  expect(numbers).toEqual(["CHG0012345", "CHG0012345"]);
});

test("only the page of a run becomes a link", async () => {
  const { entries } = await night();
  const evil = entries.map((entry) =>
    entry.event === "smoke.finished" ? { ...entry, page: "https://evil.example/x", terraformRun: "run](x)" } : entry,
  );
  const [run] = [
    {
      runId: "run-1",
      operator: "a@b",
      plan: (entries.find((e) => e.event === "run.started") as never as { plan: never }).plan,
    },
  ];
  const proof = section(markdownReport(run, evil), "Proof by real runs");
  expect(proof.replaceAll(/\\./g, "")).not.toMatch(/\]\(|https?:\/\//);
});
