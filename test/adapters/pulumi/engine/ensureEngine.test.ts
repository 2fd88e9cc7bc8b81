import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { engineCommand } from "../../../../orchestration/commands/engine";
import {
  type Engine,
  type EngineOptions,
  ensureEngine,
} from "../../../../orchestration/adapters/pulumi/engine/ensureEngine";
import { NO_DOWNLOAD, type Sandbox, createSandbox, downloadOf, writeGo, writePulumi, writeScript } from "./fakes";

describe("ensureEngine", () => {
  let sandbox: Sandbox;
  let progress: string[];
  let cachedRoot: string;
  beforeEach(() => {
    sandbox = createSandbox();
    progress = [];
    cachedRoot = join(sandbox.cache, "3.259.0-linux-x64");
  });
  afterEach(() => sandbox.remove());

  function ensure(change: Partial<EngineOptions> = {}): Promise<Engine> {
    return ensureEngine({
      machine: sandbox.machine,
      download: NO_DOWNLOAD,
      onProgress: (line) => progress.push(line),
      ...change,
    });
  }

  async function refusal(change: Partial<EngineOptions> = {}): Promise<string> {
    const thrown = await ensure(change).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toMatchObject({ code: "ENGINE_MISSING" });
    return (thrown as Error).message;
  }

  it("takes pulumi from PATH before anything else", async () => {
    writePulumi(join(sandbox.path, "pulumi"), "v3.205.0");
    writePulumi(join(cachedRoot, "bin", "pulumi"), "v3.259.0");
    expect(await ensure({ download: downloadOf("v3.259.0") })).toEqual({
      root: dirname(sandbox.path),
      version: "3.205.0",
      source: "path",
    });
  });

  it("gives a root with bin for a pulumi in a folder of another name", async () => {
    const shims = join(sandbox.root, "shims");
    writePulumi(join(shims, "pulumi"), "v3.230.0");
    const env = { ...sandbox.machine.env, PATH: shims };
    const engine = await ensure({ machine: { ...sandbox.machine, env } });
    expect(engine).toMatchObject({ version: "3.230.0", source: "path" });
    expect(existsSync(join(engine.root, "bin", "pulumi"))).toBe(true);
  });

  it.each(["v3.204.0", "v4.0.0", "nonsense"])("passes over a pulumi on PATH that says %s", async (version) => {
    writePulumi(join(sandbox.path, "pulumi"), version);
    writePulumi(join(cachedRoot, "bin", "pulumi"), "v3.259.0");
    expect(await ensure()).toEqual({ root: cachedRoot, version: "3.259.0", source: "cache" });
  });

  it("takes the cached engine before it downloads or builds", async () => {
    writePulumi(join(cachedRoot, "bin", "pulumi"), "v3.259.0");
    const go = writeGo(sandbox);
    expect((await ensure({ download: downloadOf("v3.259.0") })).source).toBe("cache");
    expect(go.builds()).toEqual([]);
    expect(progress).toEqual([]);
  });

  it("downloads before it builds, and finds the result in the cache next time", async () => {
    const go = writeGo(sandbox);
    const download = downloadOf("v3.259.0");
    expect(await ensure({ download })).toEqual({ root: cachedRoot, version: "3.259.0", source: "download" });
    expect((await ensure()).source).toBe("cache");
    expect(go.builds()).toEqual([]);
    expect(progress).toEqual(["downloading the Pulumi CLI from get.pulumi.com"]);
  });

  it("builds both programs where the download is closed, from the pinned modules and nothing else", async () => {
    const go = writeGo(sandbox);
    expect(await ensure()).toEqual({ root: cachedRoot, version: "3.259.0", source: "build" });
    expect(readdirSync(join(cachedRoot, "bin")).sort()).toEqual(["pulumi", "pulumi-language-nodejs"]);
    expect(go.builds().map((line) => line.split(" ").at(-1))).toEqual([
      "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    ]);
    expect(go.builds().every((line) => line.startsWith("build -v -mod=readonly "))).toBe(true);
    expect(progress).toEqual([
      `building the Pulumi CLI (takes some minutes) 3.259.0 with ${join(sandbox.path, "go")}`,
      `building the Node.js language host 3.50.0 with ${join(sandbox.path, "go")}`,
    ]);
  });

  it("builds after a download that failed, and keeps nothing of the download", async () => {
    writeGo(sandbox);
    const download = {
      reachable: () => Promise.resolve(true),
      install(root: string) {
        writeFileSync(join(root, "half"), "");
        return Promise.reject(new Error("connection reset"));
      },
    };
    expect((await ensure({ download })).source).toBe("build");
    expect(readdirSync(cachedRoot)).toEqual(["bin"]);
    expect(progress).toContain("the download failed: it failed: connection reset");
  });

  it("builds once for callers at the same time; the second says that it waits", async () => {
    const go = writeGo(sandbox);
    const engines = await Promise.all([ensure(), ensure()]);
    expect(engines.map(({ source }) => source).sort()).toEqual(["build", "cache"]);
    expect(engines.map(({ root }) => root)).toEqual([cachedRoot, cachedRoot]);
    expect(go.builds()).toHaveLength(2);
    expect(progress).toContain("another process is installing the Pulumi CLI; waiting for it");
  });

  it("replaces a cached engine that does not run", async () => {
    writeScript(join(cachedRoot, "bin", "pulumi"), "exit 1");
    writeGo(sandbox);
    expect((await ensure()).source).toBe("build");
    expect((await ensure()).source).toBe("cache");
  });

  it("leaves nothing in place when the build fails, and tells the compiler's last words", async () => {
    writeScript(join(sandbox.path, "go"), "echo 'go: go.mod requires go >= 1.25.11 (running go 1.20)' >&2; exit 1");
    expect(await refusal()).toContain(
      "pinned modules: go build of pulumi ended with status 1:\ngo: go.mod requires go >= 1.25.11 (running go 1.20)",
    );
    expect(readdirSync(sandbox.cache)).toEqual([]);
  });

  it("does not put in place what was built but does not run", async () => {
    writeGo(sandbox, "nonsense");
    expect(await refusal()).toContain("the built program does not run");
    expect(readdirSync(sandbox.cache)).toEqual([]);
  });

  it("names the three ways out when none is open", async () => {
    expect(await refusal()).toBe(
      [
        "No Pulumi CLI found: do one of these:",
        "- put pulumi 3.205.0 or newer on PATH: not found",
        "- allow the download from get.pulumi.com: it cannot be reached",
        "- install Go 1.25.11 or newer, which builds it from pinned modules: no go on PATH",
      ].join("\n"),
    );
  });

  it("names the pulumi on PATH that is too old", async () => {
    writePulumi(join(sandbox.path, "pulumi"), "v3.100.0");
    expect(await refusal()).toContain(`newer on PATH: ${join(sandbox.path, "pulumi")} is 3.100.0\n`);
  });

  it("says what is wrong with the cache when it is that", async () => {
    mkdirSync(join(sandbox.root, "cache"));
    writeFileSync(join(sandbox.root, "cache", "tfe-repave"), "a file in the way");
    writeGo(sandbox);
    expect(await refusal()).toMatch(/^No Pulumi CLI found: ENOTDIR: .+\ndo one of these:\n/);
  });
});

describe("the engine command", () => {
  it.each([
    [true, (root: string) => JSON.stringify({ root, version: "3.259.0", source: "cache" })],
    [false, (root: string) => `Pulumi 3.259.0, found in the cache: ${root}/bin/pulumi`],
  ])("with json %s prints one line and ends well", async (json, expected) => {
    const sandbox = createSandbox();
    try {
      const root = join(sandbox.cache, "3.259.0-linux-x64");
      writePulumi(join(root, "bin", "pulumi"), "v3.259.0");
      const out: string[] = [];
      const io = { out: (line: string) => out.push(line), err: fail, json };
      expect(await engineCommand(io, { machine: sandbox.machine, download: NO_DOWNLOAD })).toBe(0);
      expect(out).toEqual([expected(root)]);
    } finally {
      sandbox.remove();
    }
  });
});

function fail(line: string): void {
  throw new Error(`nothing was to be said, but: ${line}`);
}
