import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { findEngine } from "../../../../orchestration/adapters/pulumi/engine/ensureEngine";
import { createSandbox, type Sandbox, writeGo, writePulumi } from "./fakes";

describe("findEngine", () => {
  let sandbox: Sandbox;
  beforeEach(() => (sandbox = createSandbox()));
  afterEach(() => sandbox.remove());

  it("takes pulumi from PATH, and otherwise from the cache", async () => {
    const cached = join(sandbox.cache, "3.259.0-linux-x64");
    writePulumi(join(cached, "bin", "pulumi"), "v3.259.0");
    expect(await findEngine(sandbox.machine)).toEqual({
      root: cached,
      version: "3.259.0",
      source: "cache",
      executable: join(cached, "bin", "pulumi"),
    });
    writePulumi(join(sandbox.path, "pulumi"), "v3.205.0");
    expect(await findEngine(sandbox.machine)).toMatchObject({ root: dirname(sandbox.path), source: "path" });
  });

  it("neither builds nor downloads one, and says what PATH has", async () => {
    const go = writeGo(sandbox);
    writePulumi(join(sandbox.path, "pulumi"), "v3.204.0");
    await expect(findEngine(sandbox.machine)).rejects.toMatchObject({
      code: "ENGINE_MISSING",
      detail: expect.stringMatching(/^pulumi 3.205.0 or newer on PATH: .*pulumi is 3.204.0; none in /) as string,
    });
    expect(go.builds()).toEqual([]);
    expect(existsSync(join(sandbox.cache, "3.259.0-linux-x64"))).toBe(false);
  });
});
