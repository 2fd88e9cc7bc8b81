import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileRunStore } from "../../orchestration/adapters/runStore/fileRunStore";
import { RepaveError } from "../../orchestration/domain/errors";
import { findUnfinished } from "../../orchestration/run/unfinished";
import { forecast, readRuns } from "../../orchestration/run/pastRuns";
import { World } from "../fakes/world";
import { attempt } from "../support/attempt";

jest.setTimeout(60_000);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "damaged-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const runs = async (): Promise<readonly string[]> =>
  (await readdir(dir)).filter((name) => name.startsWith("run-")).sort();
const spoil = async (run: string | undefined, file: string): Promise<void> =>
  writeFile(join(dir, run ?? "", file), "not what we write\n");

describe.each(["run.json", "journal.jsonl"])("a damaged %s", (file) => {
  it("of an older run stops nobody", async () => {
    const world = new World();
    const store = fileRunStore({ dir });
    const ports = { ...world.ports(), store };
    expect((await attempt(world, { release: 636 }, { ports })).outcome).toBe("done");
    expect((await attempt(world, { release: 642 }, { ports })).outcome).toBe("done");
    const [oldest] = await runs();
    await spoil(oldest, file);
    expect((await attempt(world, { release: 692 }, { ports })).outcome).toBe("done");
    const read = await readRuns(store);
    expect([read.runs.length, read.unreadable.map(({ runId }) => runId)]).toEqual([2, [oldest]]);
    expect((await forecast(store)).runs).toBe(2);
  });

  it("of the newest run refuses a new one, and says how to go on", async () => {
    const world = new World();
    const store = fileRunStore({ dir });
    const ports = { ...world.ports(), store };
    const stop = new AbortController();
    world.once("drain.proven", () => stop.abort(new RepaveError("INTERRUPTED", "stopped")));
    await attempt(world, { release: 642 }, { ports, signal: stop.signal });
    const [run = ""] = await runs();
    await spoil(run, file);
    const refused = await attempt(world, { release: 642 }, { ports });
    expect(refused.outcome).toBe("blocked");
    expect(world.of("run.failed").at(-1)).toMatchObject({
      code: "RUN_STORE_UNREADABLE",
      detail: expect.stringContaining(`set it aside: mv ${dir}/${run} ${dir}/.${run}`) as string,
    });
    await expect(findUnfinished(store)).rejects.toMatchObject({ disposition: "blocked" });
    expect(world.violations).toEqual([]);
  });
});

it("a record that was taken away from beside its journal does not make the lease of its run a stray one", async () => {
  const world = new World();
  const store = fileRunStore({ dir });
  const ports = { ...world.ports(), store };
  const stop = new AbortController();
  world.once("drain.proven", () => stop.abort(new RepaveError("INTERRUPTED", "stopped")));
  await attempt(world, { release: 642 }, { ports, signal: stop.signal });
  const [run = ""] = await runs();
  await rm(join(dir, run, "run.json"));
  expect((await attempt(world, { release: 642 }, { ports })).outcome).toBe("blocked");
  expect(await store.lease()).toMatchObject({ runId: run });
});
