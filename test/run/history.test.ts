import { duration } from "../../orchestration/domain/text/words";
import { columns } from "../../orchestration/adapters/reporters/layout/columns";
import { historyOf, historyRows, type RunHistory } from "../../orchestration/run/history";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";

jest.setTimeout(60_000);

async function history(world: World): Promise<readonly RunHistory[]> {
  const runs = await world.store.list();
  return Promise.all(
    runs.map(async (run) =>
      historyOf(run, await world.store.journal(run.runId), { lease: undefined, now: world.clock.now() }),
    ),
  );
}

test("a run is told with what it changed and what it cost: drain, outage, build", async () => {
  const world = new World();
  const finished = await attempt(world, { image: "ami-b" });
  const [run] = await history(world);
  expect(run).toMatchObject({
    startedAt: "2026-11-22T02:00:00.000Z",
    operator: "somebody@here",
    scheduled: false,
    change: "610 (v202204-2) → 642 (v202207-2), ami-a → ami-b",
    outcome: "done",
    resumable: false,
    step: "verify",
    outageSeconds: finished.outageSeconds,
    nodeBuildSeconds: 300,
    outageRatio: finished.outageRatio,
    overrides: [],
  });
  expect(run?.drainSeconds).toBe(finished.steps.find(({ id }) => id === "drain")?.seconds);
});

test("runs are a table for a person: one that is not finished says where it stands", async () => {
  const world = new World({ release: 642 });
  await attempt(world, { image: "ami-b", patch: true });
  await world.clock.sleep(40 * 86_400_000);
  world.group.machine("i-3").stuck = true;
  await attempt(world, { patch: true, maxAgeMs: 86_400_000 });
  const lines = columns(historyRows(await history(world), duration), 80);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  const ids = (await world.store.list()).map(({ runId }) => runId);
  const table = ids.reduce((text, id, index) => text.replace(id, `RUN-${index}`.padEnd(id.length)), lines.join("\n"));
  expect(table.replace(/ {2,}/g, "  ")).toMatchInlineSnapshot(`
    "started (UTC)  drain  outage  build  run
    2026-11-22 02:00  3m 20s  5m 52s  5m 0s  done: ami-a → ami-b
      RUN-0  
      by somebody@here
    2027-01-01 02:14  3m 20s  -  -  on hold at scale to zero: node age: i-3
      is 40 days old and 1 more, the limit is
      1 day
      RUN-1  
      by somebody@here"
  `);
});
