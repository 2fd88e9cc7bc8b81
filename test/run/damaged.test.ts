import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileRunStore } from "../../orchestration/adapters/runStore/fileRunStore";
import { RepaveError } from "../../orchestration/domain/errors";
import { findUnfinished } from "../../orchestration/run/unfinished";
import { forecast, readRuns } from "../../orchestration/run/pastRuns";
import { World } from "../fakes/world";
import { attempt, LEASE_RUNS_OUT_MS, takeBack } from "../support/attempt";
import { releaseOf } from "../support/release";

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

describe("a journal that ends too early", () => {
  /** Keeps the entries before this event, as if nothing had been written since. */
  async function cutBefore(run: string, event: string): Promise<void> {
    const file = join(dir, run, "journal.jsonl");
    const lines = (await readFile(file, "utf8")).split("\n");
    await writeFile(
      file,
      `${lines
        .slice(
          0,
          lines.findIndex((line) => line.includes(`"${event}"`)),
        )
        .join("\n")}\n`,
    );
  }

  async function stoppedAt(moment: "drain.proven" | "gate.passed") {
    const world = new World();
    const store = fileRunStore({ dir });
    const ports = { ...world.ports(), store };
    const stop = new AbortController();
    world.once(moment, () => stop.abort(new RepaveError("INTERRUPTED", "stopped")));
    await attempt(world, { release: 642 }, { ports, signal: stop.signal });
    const [run = ""] = await runs();
    return { world, store, ports, run };
  }

  it.each(["upgrade", "abort"])("is unreadable, since the lease counts more entries: %s refuses", async (verb) => {
    const { world, store, ports, run } = await stoppedAt("drain.proven");
    await cutBefore(run, "drain.started");
    const refused = await (verb === "abort" ? takeBack(world, { ports }) : attempt(world, { resume: true }, { ports }));
    expect(refused.outcome).toBe("blocked");
    expect(world.of("run.failed").at(-1)).toMatchObject({
      code: "RUN_STORE_UNREADABLE",
      detail: expect.stringMatching(/the end of the journal is missing.*set it aside: mv /) as string,
    });
    expect((await readRuns(store)).unreadable).toMatchObject([{ runId: run }]);
    expect(world.violations).toEqual([]);
  });

  it("of which the lease is gone as well is not reverted over a node of the new build", async () => {
    const { world, store, ports, run } = await stoppedAt("gate.passed");
    await cutBefore(run, "stage.built");
    const lease = await store.lease();
    if (lease) await store.release(lease);
    await world.clock.sleep(LEASE_RUNS_OUT_MS);
    expect((await takeBack(world, { ports })).outcome).toBe("blocked");
    expect(world.of("run.failed").at(-1)).toMatchObject({ code: "POINT_OF_NO_RETURN" });
    expect(world.violations).toEqual([]);
  });
});

it.each(["upgrade", "abort"])(
  "a run without a repave, which nobody of ours begins, is carried out by no %s",
  async (verb) => {
    const world = new World();
    const store = fileRunStore({ dir });
    const ports = { ...world.ports(), store };
    const runId = "op-restart-20261122-020000-eve";
    const plan = {
      schema: 2,
      stack: "test",
      from: { release: releaseOf(642), image: "ami-a" },
      hops: [],
      nodeCount: 2,
    } as const;
    await store.create({ schema: 1, runId, stack: "test", createdAt: world.clock.now(), operator: "eve", plan });
    const act = verb === "abort" ? takeBack(world, { ports }) : attempt(world, { resume: true }, { ports });
    expect((await act).outcome).toBe("blocked");
    expect(world.of("run.failed").at(-1)).toMatchObject({
      code: "RUN_STORE_UNREADABLE",
      detail: expect.stringMatching(/its plan has no repave\. .* set it aside: mv /) as string,
    });
    expect(world.acts).toEqual([]);
  },
);
