import { chmodSync, mkdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineCache, engineRoot } from "../../../../orchestration/adapters/pulumi/engine/cache";
import { findOnPath, rootOf } from "../../../../orchestration/adapters/pulumi/engine/searchPath";
import { type Sandbox, createSandbox, writeScript } from "./fakes";

describe("the cache for engines", () => {
  it.each([
    ["linux" as const, {}, "/home/ann/.cache/tfe-repave/engine"],
    ["darwin" as const, {}, "/home/ann/Library/Caches/tfe-repave/engine"],
    ["linux" as const, { XDG_CACHE_HOME: "/var/c" }, "/var/c/tfe-repave/engine"],
    ["linux" as const, { XDG_CACHE_HOME: "relative" }, "/home/ann/.cache/tfe-repave/engine"],
    ["linux" as const, { XDG_CACHE_HOME: "" }, "/home/ann/.cache/tfe-repave/engine"],
  ])("on %s with %j is %s", (platform, env, expected) => {
    expect(engineCache({ env: { HOME: "/home/ann", ...env }, platform, arch: "arm64" })).toBe(expected);
  });

  it("keeps engines apart by version, platform and architecture", () => {
    expect(engineRoot({ env: { HOME: "/home/ann" }, platform: "linux", arch: "arm64" })).toBe(
      "/home/ann/.cache/tfe-repave/engine/3.259.0-linux-arm64",
    );
  });
});

describe("looking on PATH", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = createSandbox();
  });
  afterEach(() => sandbox.remove());

  it("takes the first executable file, as a shell does", async () => {
    const [folder, plain, real, later] = ["a", "b", "c", "d"].map((name) => join(sandbox.root, name)) as [
      string,
      string,
      string,
      string,
    ];
    mkdirSync(join(folder, "tool"), { recursive: true });
    mkdirSync(plain);
    writeFileSync(join(plain, "tool"), "");
    chmodSync(join(plain, "tool"), 0o644);
    writeScript(join(real, "tool"), "");
    writeScript(join(later, "tool"), "");
    const PATH = ["", folder, plain, real, later].join(":");
    expect(await findOnPath("tool", { PATH })).toBe(join(real, "tool"));
  });

  it("finds nothing on an empty or absent PATH", async () => {
    expect(await findOnPath("sh", { PATH: "" })).toBeUndefined();
    expect(await findOnPath("sh", {})).toBeUndefined();
  });

  it("takes the folder above bin as the root", async () => {
    expect(await rootOf("/opt/pulumi/bin/pulumi", sandbox.cache)).toBe("/opt/pulumi");
  });

  it("links a folder of another name as bin, once and for all", async () => {
    const roots = await Promise.all([
      rootOf("/opt/shims/pulumi", sandbox.cache),
      rootOf("/opt/shims/pulumi", sandbox.cache),
      rootOf("/opt/other/pulumi", sandbox.cache),
    ]);
    expect(roots[1]).toBe(roots[0]);
    expect(roots[2]).not.toBe(roots[0]);
    expect(roots.map((root) => readlinkSync(join(root, "bin")))).toEqual(["/opt/shims", "/opt/shims", "/opt/other"]);
  });
});
