import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { fileRunStore } from "../../../orchestration/adapters/runStore/fileRunStore";
import { replaceFile } from "../../../orchestration/adapters/machine/files";
import { anEntry, aRun, describeRunStoreContract } from "../../contract/runStore";

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "run-store-"));
});
afterAll(() => rm(base, { recursive: true, force: true }));

let stores = 0;
const newDir = (): string => join(base, `stack-${(stores += 1)}`);

describeRunStoreContract("files", () => {
  const dir = newDir();
  return Promise.resolve({ open: () => fileRunStore({ dir }), close: () => rm(dir, { recursive: true, force: true }) });
});

describe("fileRunStore", () => {
  it("leaves out a line that a crash tore, wherever it tore it, and goes on after it", async () => {
    const whole = `${JSON.stringify(anEntry(1))}\n${JSON.stringify(anEntry(2))}\n`;
    const second = whole.indexOf("\n") + 1;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (cut) => {
        const dir = newDir();
        const store = fileRunStore({ dir });
        await store.create(aRun("r1"));
        await writeFile(join(dir, "r1", "journal.jsonl"), whole.slice(0, cut));
        const left = cut < second ? [] : cut < whole.length ? [anEntry(1)] : [anEntry(1), anEntry(2)];
        expect(await store.journal("r1")).toEqual(left);
        await store.append("r1", anEntry(3));
        expect(await store.journal("r1")).toEqual([...left, anEntry(3)]);
      }),
      { numRuns: 40 },
    );
  });

  it("does not read past a damaged line in the middle", async () => {
    const dir = newDir();
    const store = fileRunStore({ dir });
    await store.create(aRun("r1"));
    await appendFile(join(dir, "r1", "journal.jsonl"), `{"seq":1\n${JSON.stringify(anEntry(2))}\n`);
    await expect(store.journal("r1")).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
  });

  it("takes a folder without a record for no run", async () => {
    const dir = newDir();
    await mkdir(join(dir, "r1"), { recursive: true });
    expect(await fileRunStore({ dir }).list()).toEqual([]);
  });

  it("does not take a lease that it cannot read for a free one", async () => {
    const dir = newDir();
    await mkdir(dir);
    await writeFile(join(dir, "lease.json"), "{}");
    const asking = fileRunStore({ dir }).acquire({ runId: "r1", holder: "ann", now: 0, ttlMs: 1 });
    await expect(asking).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
  });

  it("goes on with the token of a lease whose counter is lost", async () => {
    const dir = newDir();
    const store = fileRunStore({ dir });
    await store.release(await store.acquire({ runId: "r0", holder: "ann", now: 0, ttlMs: 1 }));
    await store.acquire({ runId: "r1", holder: "ann", now: 0, ttlMs: 1 });
    await rm(join(dir, "lease.token"));
    expect((await store.acquire({ runId: "r2", holder: "ann", now: 9, ttlMs: 1 })).token).toBe(3);
  });

  it("keeps the lease where the stack program looks for it", async () => {
    const dir = newDir();
    const lease = await fileRunStore({ dir }).acquire({ runId: "r1", holder: "ann", now: 0, ttlMs: 1 });
    expect(JSON.parse(await readFile(join(dir, "lease.json"), "utf8"))).toEqual(lease);
  });

  it("saves a file beside the journal and replaces it", async () => {
    const dir = newDir();
    const store = fileRunStore({ dir });
    await store.create(aRun("r1"));
    await store.save("r1", "report.html", "one");
    expect(await store.save("r1", "report.html", "two")).toBe(join(dir, "r1", "report.html"));
    expect(await readFile(join(dir, "r1", "report.html"), "utf8")).toBe("two");
    expect((await readdir(join(dir, "r1"))).sort()).toEqual(["report.html", "run.json"]);
  });

  it.each(["../r1", "", ".", "a/b"])("refuses %j as a name", async (name) => {
    const store = fileRunStore({ dir: newDir() });
    await expect(store.journal(name)).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
  });
});

describe("replaceFile", () => {
  it("keeps the mode of the file and leaves nothing else behind", async () => {
    const dir = newDir();
    await mkdir(dir);
    const file = join(dir, "a.yaml");
    await writeFile(file, "old");
    await chmod(file, 0o640);
    await replaceFile(file, "new");
    expect(await readFile(file, "utf8")).toBe("new");
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe("640");
    expect(await readdir(dir)).toEqual(["a.yaml"]);
  });
});
