import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Machine, removeDeadLocks, removeTornLocks } from "../../orchestration/adapters/engineLocks";

let folder: string;
let locks: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "engine locks "));
  locks = join(folder, ".pulumi", "locks", "organization", "tfe", "prod");
  await mkdir(locks, { recursive: true });
  for (const name of ["a.json", "a.json.attrs", "b.json", "b.json.attrs"]) await writeFile(join(locks, name), "{}");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const OURS: Machine = { host: "ops", user: "ann", isAlive: (pid) => pid === 1000 };

const line = (name: string, by: string, scheme = pathToFileURL(locks).href): string =>
  `  ${scheme}/${name}?no_tmp_dir=true: created by ${by} at 2026-01-05T08:00:00Z`;

const said = (...lines: string[]): string =>
  [
    "error: the stack is currently locked by some lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.",
    ...lines,
  ].join("\n");

const left = (): Promise<string[]> => readdir(locks);

it("removes the lock of a dead process of this machine, and no other file", async () => {
  expect(await removeDeadLocks(said(line("a.json", "ann@ops (pid 999)")), OURS)).toEqual(["ann@ops (process 999)"]);
  expect(await left()).toEqual(["b.json", "b.json.attrs"]);
});

it.each([
  ["a process that lives", "ann@ops (pid 1000)", undefined],
  ["another machine", "ann@build (pid 999)", undefined],
  ["another user", "bob@ops (pid 999)", undefined],
  ["a backend that is no folder", "ann@ops (pid 999)", "s3://states/.pulumi/locks"],
])("leaves the lock of %s", async (_, by, scheme) => {
  expect(await removeDeadLocks(said(line("a.json", by, scheme)), OURS)).toEqual([]);
  expect(await left()).toHaveLength(4);
});

it("removes none where one of several may be held", async () => {
  const words = said(line("a.json", "ann@ops (pid 999)"), line("b.json", "ann@ops (pid 1000)"));
  expect(await removeDeadLocks(words, OURS)).toEqual([]);
  expect(await left()).toHaveLength(4);
});

it("makes nothing of words that name no lock", async () => {
  expect(await removeDeadLocks(said("  somewhere/else.json: created by ann@ops (pid 999) at noon"), OURS)).toEqual([]);
});

it("removes what never became a lock, once its writer must have ended", async () => {
  const torn = join(locks, "c.json.18ea95.tmp");
  await writeFile(torn, "");
  expect(await removeTornLocks(locks)).toEqual([]);
  const before = new Date(Date.now() - 6_000);
  for (const name of await left()) await utimes(join(locks, name), before, before);
  expect(await removeTornLocks(locks)).toEqual(["c.json.18ea95.tmp"]);
  expect(await left()).toEqual(["a.json", "a.json.attrs", "b.json", "b.json.attrs"]);
  expect(await removeTornLocks(join(locks, "nowhere"))).toEqual([]);
});
