import { settingsTable } from "../../orchestration/commands/parts/settingsTable";
import type { Settings } from "../../orchestration/domain/settings";

const [ONE, TWO] = ["i-0aaaaaaaaaaaaaaa1", "i-0bbbbbbbbbbbbbbb2"];

const node = (instanceId: string, settings: Settings) => ({
  instanceId,
  address: { instanceId, privateIp: "10.0.0.5" },
  settings,
});

it("prints a value that all nodes have once", () => {
  const settings = { hostname: { plain: "tfe.example.com" }, pg_password: { digest: "d" }, tls_vers: undefined };
  expect(settingsTable([node(ONE, settings), node(TWO, settings)])).toEqual([
    `  setting      ${ONE}, ${TWO}`,
    "  hostname     tfe.example.com",
    "  pg_password  (secret)",
    "  tls_vers     (not set)",
  ]);
});

it("has a column for each node, and marks what differs, secrets too", () => {
  const same = { hostname: { plain: "tfe.example.com" } };
  expect(
    settingsTable([
      node(ONE, { ...same, capacity_memory: { plain: "512" }, pg_password: { digest: "1" } }),
      node(TWO, { ...same, pg_password: { digest: "2" } }),
    ]),
  ).toEqual([
    `  setting          ${ONE}  ${TWO}`,
    "! capacity_memory  512                  (not set)",
    "  hostname         tfe.example.com",
    "! pg_password      (secret)             (secret)",
  ]);
});

it("gives each node a line where columns have no room", () => {
  const nodes = ["1", "2", "3"].map((digit) =>
    node(`i-0aaaaaaaaaaaaaaa${digit}`, { capacity_memory: { plain: digit === "1" ? "512" : "1024" } }),
  );
  expect(settingsTable(nodes).slice(-4)).toEqual([
    "! capacity_memory",
    "    i-0aaaaaaaaaaaaaaa1  512",
    "    i-0aaaaaaaaaaaaaaa2  1024",
    "    i-0aaaaaaaaaaaaaaa3  1024",
  ]);
});

it("is at most 80 columns wide, and loses nothing of a value", () => {
  const long = Array.from({ length: 40 }, (_, at) => `10.${at}.0.0/16`).join(",");
  const lines = settingsTable([
    node(ONE, { registry_session_encryption_key: { plain: long }, ca_certs: { plain: "line\nline" } }),
    node(TWO, { registry_session_encryption_key: { plain: `${long},x` }, ca_certs: { plain: "line\nline" } }),
  ]);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.map((line) => line.trim()).join("")).toContain(long);
  expect(lines).toContain("  ca_certs                         line\\nline");
});
