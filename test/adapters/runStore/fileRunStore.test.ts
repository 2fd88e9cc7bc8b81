import { execFileSync } from "node:child_process";
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
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
    await expect(store.journal("r1")).rejects.toMatchObject({
      code: "RUN_STORE_UNREADABLE",
      detail: expect.stringMatching(/^line 1 of journal\.jsonl of r1: /) as string,
    });
  });

  it("lets nobody but its owner read what it writes, and a group where the folder is the group's", async () => {
    const umask = process.umask(0);
    try {
      const modes = async (dir: string): Promise<readonly number[]> => {
        const store = fileRunStore({ dir });
        await store.create(aRun("r1"));
        await store.append("r1", anEntry(1));
        await store.save("r1", "report.md", "x");
        await store.acquire({ runId: "r1", holder: "ann", now: 0, ttlMs: 1 });
        const names = ["r1", "r1/run.json", "r1/journal.jsonl", "r1/report.md", "lease.json", "lease.token"];
        return Promise.all(names.map(async (name) => (await stat(join(dir, name))).mode & 0o777));
      };
      const own = newDir();
      expect(await modes(own)).toEqual([0o700, 0o600, 0o600, 0o600, 0o600, 0o600]);
      expect((await stat(own)).mode & 0o777).toBe(0o700);
      const shared = newDir();
      await mkdir(shared);
      await chmod(shared, 0o770);
      expect(await modes(shared)).toEqual([0o770, 0o660, 0o660, 0o660, 0o660, 0o660]);
    } finally {
      process.umask(umask);
    }
  });

  it("does not follow a link that somebody put in the journal's place", async () => {
    const dir = newDir();
    const store = fileRunStore({ dir });
    await store.create(aRun("r1"));
    const victim = join(base, `victim-${stores}`);
    await writeFile(victim, "somebody's\n");
    await symlink(victim, join(dir, "r1", "journal.jsonl"));
    await expect(store.append("r1", anEntry(1))).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
    expect(await readFile(victim, "utf8")).toBe("somebody's\n");
  });

  it.each<[string, object]>([
    ["lasts for ever", { expiresAt: 8e15 }],
    ["lasts longer than time itself", { expiresAt: 9e15 }],
    ["has the last of all tokens", { token: Number.MAX_SAFE_INTEGER }],
    ["has a holder as long as a book", { holder: "x".repeat(100_000) }],
  ])("says what to do with a lease that %s", async (_why, change) => {
    const dir = newDir();
    await mkdir(dir);
    const lease = { schema: 1, token: 7, runId: "r0", holder: "eve", acquiredAt: 0, renewedAt: 0, expiresAt: 1 };
    await writeFile(join(dir, "lease.json"), JSON.stringify({ ...lease, ...change }));
    const asking = fileRunStore({ dir }).acquire({ runId: "r1", holder: "ann", now: 1_000, ttlMs: 1 });
    await expect(asking).rejects.toMatchObject({
      code: "RUN_STORE_UNREADABLE",
      detail: expect.stringMatching(
        /Once you have seen that no run .* is alive, remove what is damaged: rm -r \/.*\/lease\.(json|token)$/,
      ) as string,
    });
  });

  it("takes a folder without a record for no run", async () => {
    const dir = newDir();
    await mkdir(join(dir, "r1"), { recursive: true });
    expect(await fileRunStore({ dir }).list()).toEqual([]);
  });

  it.each<[string, (file: string) => Promise<unknown>, RegExp]>([
    ["is no JSON", (file) => writeFile(file, "{"), /^run\.json: /],
    [
      "has a plan of another stack",
      (file) => writeFile(file, JSON.stringify({ ...aRun("r2"), stack: "x" })),
      /another stack/,
    ],
    ["is another run's", (file) => writeFile(file, JSON.stringify(aRun("r1"))), /it is the record of r1/],
    [
      "is a gigabyte",
      async (file) => {
        await writeFile(file, "x");
        await truncate(file, 2 ** 30);
      },
      /more than 1048576 bytes/,
    ],
    [
      "is a link",
      async (file) => {
        await rm(file);
        await symlink("/dev/zero", file);
      },
      /it is a link/,
    ],
    [
      "is a folder",
      async (file) => {
        await rm(file);
        await mkdir(file);
      },
      /not a plain file/,
    ],
    [
      "is a pipe that nobody writes to",
      async (file) => {
        await rm(file);
        execFileSync("mkfifo", [file]);
      },
      /not a plain file/,
    ],
    [
      "is gone, and its journal is there",
      async (file) => {
        await rm(file);
        await writeFile(join(file, "../journal.jsonl"), "");
      },
      /missing beside its journal/,
    ],
  ])("lists the other runs where the record of one %s", async (_what, spoil, why) => {
    const dir = newDir();
    const store = fileRunStore({ dir });
    for (const run of ["r1", "r2", "r3"]) await store.create(aRun(run));
    await spoil(join(dir, "r2", "run.json"));
    expect(await store.list()).toEqual([aRun("r1"), aRun("r3")]);
    expect(await store.unreadable()).toEqual([
      { runId: "r2", createdAt: 0, why: expect.stringMatching(why) as string },
    ]);
  });

  it("does not see what was set aside, nor the folders of a file server", async () => {
    const dir = newDir();
    const store = fileRunStore({ dir });
    await store.create(aRun("r1"));
    await mkdir(join(dir, ".snapshot"));
    await writeFile(join(dir, "r1", "run.json"), "");
    expect(store.setAside("r1")).toBe(`mv ${dir}/r1 ${dir}/.r1`);
    execFileSync("sh", ["-c", store.setAside("r1")]);
    expect([await store.list(), await store.unreadable()]).toEqual([[], []]);
  });

  it("puts a run in the order of its id's time, and believes no other time", async () => {
    const dir = newDir();
    const store = fileRunStore({ dir });
    const id = "run-20261123-031500-642-k3f9";
    const planned = Date.UTC(2026, 10, 23, 3, 15);
    await store.create(aRun(id, planned + 3_600_000));
    expect(await store.list()).toHaveLength(1);
    await writeFile(join(dir, id, "run.json"), JSON.stringify(aRun(id, planned + 30 * 86_400_000)));
    expect(await store.unreadable()).toEqual([
      { runId: id, createdAt: planned, why: expect.stringContaining("which its id contradicts") as string },
    ]);
  });

  it("cuts off no more than a line that was torn", async () => {
    const dir = newDir();
    const store = fileRunStore({ dir });
    await store.create(aRun("r1"));
    const file = join(dir, "r1", "journal.jsonl");
    await writeFile(file, "x");
    await truncate(file, 2 ** 30);
    await expect(store.append("r1", anEntry(1))).rejects.toMatchObject({ code: "JOURNAL_UNWRITABLE" });
    await expect(store.journal("r1")).rejects.toMatchObject({ code: "RUN_STORE_UNREADABLE" });
    expect((await stat(file)).size).toBe(2 ** 30);
  });

  it("does not take a lease that it cannot read for a free one", async () => {
    const dir = newDir();
    await mkdir(dir);
    await writeFile(join(dir, "lease.json"), "{}");
    const asking = fileRunStore({ dir }).acquire({ runId: "r1", holder: "ann", now: 0, ttlMs: 1 });
    await expect(asking).rejects.toMatchObject({ code: "RUN_STORE_UNREADABLE" });
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
    await expect(store.journal(name)).rejects.toMatchObject({ code: "RUN_STORE_UNREADABLE" });
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
