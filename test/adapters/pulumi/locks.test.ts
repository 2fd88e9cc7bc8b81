import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Machine, removeDeadLocks, removeTornFiles } from "../../../orchestration/adapters/pulumi/locks";

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

it("removes what an engine died in writing: a lock that never was one, and attributes, never a state", async () => {
  const states = join(folder, ".pulumi", "stacks", "tfe");
  await mkdir(states, { recursive: true });
  const torn = [join(locks, "c.json.18ea95.tmp"), join(states, "prod.json.attrs"), join(states, "prod.json")];
  for (const file of torn) await writeFile(file, "");
  const url = pathToFileURL(folder).href;
  expect(await removeTornFiles(url, "tfe", "prod")).toEqual(["c.json.18ea95.tmp", "prod.json.attrs"]);
  expect(await left()).toEqual(["a.json", "a.json.attrs", "b.json", "b.json.attrs"]);
  expect(await readdir(states)).toEqual(["prod.json"]);
});

it("leaves a file that its writer completes meanwhile", async () => {
  const file = join(locks, "c.json");
  await writeFile(file, "{");
  const removing = removeTornFiles(pathToFileURL(folder).href, "tfe", "prod");
  setTimeout(() => void writeFile(file, "{}"), 50);
  expect(await removing).toEqual([]);
  expect(await left()).toContain("c.json");
});

it.each(["s3://states", "https://api.pulumi.com"])("finds nothing torn in %s", async (url) => {
  expect(await removeTornFiles(url, "tfe", "prod")).toEqual([]);
});
