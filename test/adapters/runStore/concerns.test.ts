import { chmod, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileRunStore } from "../../../orchestration/adapters/runStore/fileRunStore";
import { folderConcerns } from "../../../orchestration/adapters/runStore/folderConcerns";

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "concerns-"));
});
afterEach(() => rm(base, { recursive: true, force: true }));

const folder = async (mode: number): Promise<string> => {
  const dir = join(base, "prod");
  await mkdir(dir);
  await chmod(dir, mode);
  return dir;
};

it.each([0o700, 0o755, 0o770, 0o1777])("finds nothing in a folder of mode %o that is ours", async (mode) => {
  expect(await folderConcerns(await folder(mode))).toEqual([]);
});

it.each([0o777, 0o702])("finds that everybody may write to one of mode %o, or to the store around it", async (mode) => {
  const dir = await folder(mode);
  expect(await fileRunStore({ dir }).concerns({ bucket: undefined })).toEqual([
    `every user of this machine may write to ${dir}`,
  ]);
  await chmod(dir, 0o700);
  await chmod(base, mode);
  expect(await folderConcerns(dir)).toEqual([`every user of this machine may write to ${base}`]);
});

it("finds that it is neither ours nor our group's", async () => {
  const dir = await folder(0o755);
  const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  expect(await folderConcerns(dir, { uid: uid + 1, gids: [gid] })).toEqual([]);
  const others = await folderConcerns(dir, { uid: uid + 1, gids: [gid + 1] });
  expect(others).toEqual(
    uid === 0
      ? []
      : [base, dir].map((each) => `${each} belongs to user ${uid} and group ${gid}, and to neither of yours`),
  );
});

it("is of no concern before it is made", async () => {
  expect(await folderConcerns(join(base, "none", "prod"))).toEqual([]);
});

it("is left as it was by making sure of room", async () => {
  const dir = await folder(0o700);
  await fileRunStore({ dir }).makeSureOfRoom(100_000);
  expect(await readdir(dir)).toEqual([]);
});
