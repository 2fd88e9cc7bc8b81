import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { workFolder } from "../../../orchestration/adapters/machine/workFolder";

let parent: string;
beforeEach(async () => (parent = await mkdtemp(join(tmpdir(), "work-"))));
afterEach(() => rm(parent, { recursive: true }));

const NAME = ".tfe-repave";
const HOST = hostname().replace(/[^\w.]/g, "_");
/** A process that has ended; its number is given to no other so soon. */
const deadPid = (): number => spawnSync("true").pid;

async function left(name: string): Promise<string> {
  await mkdir(join(parent, name));
  await writeFile(join(parent, name, "content"), "x");
  return name;
}

it("is its owner's alone, and its name says whose it is", async () => {
  const folder = await workFolder(parent, NAME);
  expect(basename(folder).startsWith(`${NAME}-${HOST}-${process.pid}-`)).toBe(true);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

it("takes those of dead processes of this machine with it, and no other", async () => {
  const pid = deadPid();
  await left(`${NAME}-${HOST}-${pid}-AbCdEf`);
  const others = [
    await left(`${NAME}-${HOST}-${process.ppid}-AbCdEf`),
    await left(`${NAME}-elsewhere-${pid}-AbCdEf`),
    await left(`${NAME}-${HOST}-AbCdEf`),
    await left(`bundles-${pid}-x`),
  ];
  await writeFile(join(parent, `${NAME}-${HOST}-${pid}-file`), "no folder");
  const folder = await workFolder(parent, NAME);
  expect((await readdir(parent)).sort()).toEqual([...others, `${NAME}-${HOST}-${pid}-file`, basename(folder)].sort());
});

it("leaves for a while what somebody may still look at", async () => {
  const name = await left(`${NAME}-${HOST}-${deadPid()}-AbCdEf`);
  await workFolder(parent, NAME, { keptMs: 60_000 });
  expect(await readdir(parent)).toContain(name);
});
