import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tar from "tar";
import { answers, installArchive, vendorDownload } from "../../../../orchestration/adapters/pulumi/engine/download";
import { ensureEngine } from "../../../../orchestration/adapters/pulumi/engine/ensureEngine";
import { DIGESTS, versionOf } from "../../../../orchestration/adapters/pulumi/engine/version";

describe("whether the download is worth trying", () => {
  let server: Server;
  let base: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/silent") return;
      response.statusCode = request.method === "HEAD" && request.url === "/there" ? 200 : 403;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ["/there", true],
    ["/refused", false],
    ["/silent", false],
  ])("%s: %s", async (path, expected) => {
    expect(await answers(base + path, path === "/silent" ? 50 : 5_000)).toBe(expected);
  });

  it("nobody listens: false", async () => {
    expect(await answers("http://127.0.0.1:1/", 5_000)).toBe(false);
  });
});

describe("the archive of an engine", () => {
  let root: string;
  let server: Server;
  let url: string;
  let archive: Buffer;
  beforeAll(async () => {
    const source = mkdtempSync(join(tmpdir(), "archive-"));
    mkdirSync(join(source, "pulumi"));
    writeFileSync(join(source, "pulumi", "pulumi"), "#!/bin/sh\necho v3.250.0\n", { mode: 0o755 });
    await tar.create({ file: join(source, "a.tgz"), cwd: source, gzip: true }, ["pulumi"]);
    archive = readFileSync(join(source, "a.tgz"));
    rmSync(source, { recursive: true });
    server = createServer((request, response) => {
      response.statusCode = request.url === "/there" ? 200 : 404;
      response.end(archive);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/there`;
  });
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "engine-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it("is unpacked where the Automation API looks, if its digest is the known one", async () => {
    await installArchive({ url, sha256: createHash("sha256").update(archive).digest("hex") }, root);
    expect(await versionOf(join(root, "bin", "pulumi"), process.env)).toMatchObject({ version: "3.250.0" });
    expect(readdirSync(root)).toEqual(["bin"]);
  });

  it("is not unpacked if it is another one", async () => {
    const wrong = "0".repeat(64);
    await expect(installArchive({ url, sha256: wrong }, root)).rejects.toThrow(
      `instead of ${wrong}: it was not unpacked`,
    );
    expect(readdirSync(root)).toEqual([]);
  });

  it("is not there: says what the server answered", async () => {
    await expect(installArchive({ url: `${url}/not`, sha256: "" }, root)).rejects.toThrow("answered 404");
  });

  it("is not downloaded for a machine of which no digest is known, and the error says so", async () => {
    expect(vendorDownload({ platform: "linux", arch: "x64" }).refused).toBeUndefined();
    const refused = vendorDownload({ platform: "darwin", arch: "x64" });
    expect(refused.refused).toBe("no digest of 3.250.0 for darwin-x64 is known, so it is not downloaded");
    await expect(refused.install(root)).rejects.toThrow("is not downloaded");
    const machine = { env: { PATH: root, HOME: root }, platform: "darwin", arch: "x64" } as const;
    await expect(ensureEngine({ machine })).rejects.toMatchObject({
      detail: expect.stringContaining("no digest of 3.250.0 for darwin-x64 is known") as string,
    });
  });

  it("has digests that are digests", () => {
    for (const digest of Object.values(DIGESTS)) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });
});
