import { request } from "node:http";
import { serveAllStacks, type StackLine } from "../../../orchestration/adapters/page/allStacks";
import type { StatusServer } from "../../../orchestration/adapters/page/statusServer";

let server: StatusServer | undefined;
let lines: readonly StackLine[];
let broken: Error | undefined;
beforeEach(async () => {
  lines = [
    { cells: ["prod", "1.2.2", "in service"], mood: "good" },
    { cells: ["test<script>", "-", "cannot be read: denied"], mood: "bad" },
  ];
  broken = undefined;
  server = await serveAllStacks({
    headings: ["stack", "release", "state"],
    read: () => (broken ? Promise.reject(broken) : Promise.resolve(lines)),
    now: () => Date.UTC(2026, 10, 22, 2),
    host: "127.0.0.1",
    port: 0,
    pollMs: 10,
  });
});
afterEach(() => server?.close());

const page = async (): Promise<string> => (await fetch(server?.url ?? "")).text();

it("has a row for each stack, and says how many need a look", async () => {
  const text = await page();
  expect(text).toContain("1 of 2 stacks need a look");
  expect(text).toContain("<td>prod</td>");
  expect(text).toContain("test&lt;script&gt;");
  expect(text).toContain("cannot be read: denied");
  expect(text).toContain("Read at 02:00:00 UTC");
});

/** Until the page shows it. */
async function until(text: string): Promise<void> {
  while (!(await page()).includes(text)) await new Promise((resolve) => setTimeout(resolve, 10));
}

it("follows what changes, and keeps the last that it read where nothing can be read", async () => {
  lines = lines.slice(0, 1);
  await until("Every stack is in service");
  broken = new Error("the disk is gone");
  await until("Cannot be read since 02:00:00 UTC: the disk is gone");
  expect(await page()).toContain("<td>prod</td>");
});

it("is read-only, one page, and no other site's", async () => {
  const { url = "" } = server ?? {};
  const answered = await fetch(url, { method: "POST" });
  expect(answered.status).toBe(405);
  expect((await fetch(`${url}x`)).status).toBe(404);
  expect((await fetch(url)).headers.get("content-security-policy")).toContain("default-src 'none'");
  const status = await new Promise((resolve, reject) => {
    const foreign = request(url, { headers: { Host: "evil.example" } }, (response) => resolve(response.statusCode));
    foreign.on("error", reject).end();
  });
  expect(status).toBe(421);
});
