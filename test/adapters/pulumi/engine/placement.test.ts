import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import { type PlacementOptions, putInPlace } from "../../../../orchestration/adapters/pulumi/engine/placement";
import { type Sandbox, createSandbox } from "./fakes";

describe("putting a folder in place", () => {
  let sandbox: Sandbox;
  let target: string;
  beforeEach(() => {
    sandbox = createSandbox();
    target = join(sandbox.cache, "thing");
  });
  afterEach(() => sandbox.remove());

  function options(change: Partial<PlacementOptions> = {}): PlacementOptions {
    return {
      target,
      present: () => Promise.resolve(existsSync(join(target, "file"))),
      fill: (folder) => writeFile(join(folder, "file"), "new"),
      onWait: () => undefined,
      waitMs: 10_000,
      ...change,
    };
  }

  it("leaves the folder, whole, and nothing beside it", async () => {
    expect(await putInPlace(options())).toBe(true);
    expect(readFileSync(join(target, "file"), "utf8")).toBe("new");
    expect(readdirSync(sandbox.cache)).toEqual(["thing"]);
  });

  it("fills elsewhere: the target does not exist until the work is done", async () => {
    let seen: boolean | undefined;
    await putInPlace(
      options({
        fill: (folder) => {
          seen = existsSync(target);
          return writeFile(join(folder, "file"), "new");
        },
      }),
    );
    expect(seen).toBe(false);
  });

  it("leaves nothing at all when the work fails, and frees the lock", async () => {
    const fill = async (folder: string) => {
      await writeFile(join(folder, "half"), "");
      throw new Error("disk full");
    };
    await expect(putInPlace(options({ fill }))).rejects.toThrow("disk full");
    expect(readdirSync(sandbox.cache)).toEqual([]);
    expect(await putInPlace(options())).toBe(true);
  });

  it("lets one of several do the work while the others wait and find the result", async () => {
    let [fills, waits] = [0, 0];
    const shared = options({
      fill: async (folder) => {
        fills += 1;
        await new Promise((resolve) => setTimeout(resolve, 50));
        await writeFile(join(folder, "file"), "new");
      },
      onWait: () => (waits += 1),
    });
    const done = await Promise.all([putInPlace(shared), putInPlace(shared), putInPlace(shared)]);
    expect(done.filter((worked) => worked)).toHaveLength(1);
    expect(fills).toBe(1);
    expect(waits).toBe(2);
  });

  it("waits no longer than told", async () => {
    mkdirSync(sandbox.cache, { recursive: true });
    const release = await lock(target, { realpath: false });
    await expect(putInPlace(options({ waitMs: 0 }))).rejects.toThrow("already being held");
    await release();
  });

  it("replaces a target that is not usable and clears away what a killed process left", async () => {
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, "broken"), "");
    mkdirSync(join(sandbox.cache, ".thing.abc123"));
    expect(await putInPlace(options())).toBe(true);
    expect(readdirSync(sandbox.cache)).toEqual(["thing"]);
    expect(readdirSync(target)).toEqual(["file"]);
  });
});
