/** A machine on which no Pulumi CLI is available. */
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { run, type Ended } from "./support/command";

/** A machine whose names lead nowhere. */
const OFFLINE = `import dns from "node:dns"; dns.lookup = (name, options, done) => done(new Error("no such host"));`;

describe("without an engine, Go, and a way to the vendor's download", () => {
  let base: string;
  let ended: Ended;
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), "tfe-e2e-"));
    await mkdir(join(base, "bin"));
    const loader = pathToFileURL(require.resolve("tsx")).href;
    const offline = `data:text/javascript,${encodeURIComponent(OFFLINE)}`;
    const node = [process.execPath, "--import", loader, "--import", offline, "orchestration/cli.ts"];
    ended = await run([...node, "upgrade", "--release", "642", "--stack", "lab"], {
      env: {
        PATH: join(base, "bin"),
        HOME: base,
        XDG_CACHE_HOME: join(base, "cache"),
        TFE_REPAVE_LAB_DIR: join(base, "lab"),
        // The compiler's cache may be shared: it decides nothing.
        TMPDIR: tmpdir(),
      },
      limit: 60,
    });
  }, 70_000);
  afterAll(() => rm(base, { recursive: true, force: true }));

  it("is blocked, within 15 seconds", () => {
    expect(ended.code).toBe(3);
    expect(ended.seconds).toBeLessThan(15);
  });

  it("names the three ways to an engine and what stands in each", () => {
    expect(ended.stderr).toMatch(/No Pulumi CLI found \(ENGINE_MISSING\)/);
    expect(ended.stderr).toMatch(/put pulumi \S+ or newer on PATH: not found/);
    expect(ended.stderr).toMatch(/allow the download from get\.pulumi\.com: it cannot be reached/);
    expect(ended.stderr).toMatch(/install Go \S+ or newer.*: no go on PATH/);
  });

  it("starts no lab and leaves nothing in the cache", async () => {
    expect(await readdir(base)).not.toContain("lab");
    const cached = await readdir(join(base, "cache"), { recursive: true, withFileTypes: true }).catch(() => []);
    expect(cached.filter((entry) => entry.isFile())).toEqual([]);
  });
});
