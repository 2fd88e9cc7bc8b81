import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answers } from "../../../../orchestration/adapters/pulumi/engine/download";

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
