import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extract, list } from "tar";
import { packArchive, requireFolder, type Member } from "../../../orchestration/adapters/machine/bundleArchive";
import type { ObjectStore } from "../../../orchestration/ports/objectStore";

const MEMBERS = ["10.0.0.5", "10.0.0.6"].map((ip) => ({
  path: `bundles/i-${ip.slice(-1)}.tar.gz`,
  key: `support-bundles/2020-11-10T02:03:05Z/${ip}/replicated-support1.tar.gz`,
  bytes: `bundle of ${ip}`.length,
}));
const PATHS = MEMBERS.map(({ path }) => path);
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Each object holds who it is of. */
const objects: ObjectStore = {
  list: () => Promise.resolve(MEMBERS),
  download: (_, key, file) => writeFile(file, `bundle of ${key.split("/")[2] ?? ""}`),
};

describe("packArchive", () => {
  let parent: string;
  let dir: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), "archive-"));
    dir = join(parent, "to");
    await mkdir(dir);
  });
  afterEach(() => rm(parent, { recursive: true }));

  const pack = (store: ObjectStore = objects, members: readonly Member[] = MEMBERS) =>
    packArchive({ objects: store, bucket: "tfe-data", members, dir, name: "all.tar" });

  it("packs every object with its checksum, for its owner alone, and leaves nothing else", async () => {
    const { file, sums } = await pack();
    expect(await readdir(dir)).toEqual(["all.tar"]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const entries: string[] = [];
    await list({ file, onReadEntry: ({ path }) => void entries.push(path) });
    expect(entries).toEqual(["SHA256SUMS", ...PATHS]);
    expect(sums).toEqual([
      { path: PATHS[0], sha256: sha256("bundle of 10.0.0.5") },
      { path: PATHS[1], sha256: sha256("bundle of 10.0.0.6") },
    ]);
    await extract({ file, cwd: dir });
    expect(await readFile(join(dir, "SHA256SUMS"), "utf8")).toBe(
      sums.map(({ path, sha256: sum }) => `${sum}  ${path}\n`).join(""),
    );
    expect(await readFile(join(dir, PATHS[1] ?? ""), "utf8")).toBe("bundle of 10.0.0.6");
  });

  it.each(["../b", ".:./../../.bash_aliases", "a/../../b", "/etc/cron.d/b", "b\0c"])(
    "writes nothing outside its folder for a member named %j",
    async (path) => {
      await expect(pack(objects, [{ key: "k", bytes: 3, path }])).rejects.toThrow(
        /does not lie below|bytes were received/,
      );
      expect(await readdir(dir)).toEqual([]);
      expect(await readdir(parent)).toEqual(["to"]);
    },
  );

  it("does not even begin to download what is too large to be a bundle", async () => {
    const download = jest.fn();
    const member = { key: "k", bytes: 9 * 1024 ** 3, path: "b" };
    await expect(pack({ ...objects, download }, [member])).rejects.toMatchObject({ code: "BUNDLE_INCOMPLETE" });
    expect(download).not.toHaveBeenCalled();
  });

  it("does not overwrite an archive that is there", async () => {
    await writeFile(join(dir, "all.tar"), "somebody's");
    await expect(pack()).rejects.toMatchObject({ code: "USAGE" });
    expect(await readFile(join(dir, "all.tar"), "utf8")).toBe("somebody's");
    expect(await readdir(dir)).toEqual(["all.tar"]);
  });

  it.each<[string, ObjectStore["download"], RegExp]>([
    ["a download breaks off", () => Promise.reject(new Error("connection reset")), /connection reset/],
    ["an object comes short", (_, __, file) => writeFile(file, "bun"), /3 of 18 bytes were received/],
  ])("leaves nothing where %s", async (_why, download, says) => {
    await expect(pack({ ...objects, download })).rejects.toThrow(says);
    expect(await readdir(dir)).toEqual([]);
  });

  it("makes the folder, and says where it cannot be one", async () => {
    await requireFolder(join(dir, "a", "b"));
    expect(await readdir(join(dir, "a"))).toEqual(["b"]);
    await writeFile(join(dir, "file"), "");
    await expect(requireFolder(join(dir, "file"))).rejects.toMatchObject({
      code: "USAGE",
      detail: expect.stringMatching(/^--download .*\/file: EEXIST/) as string,
    });
  });
});
