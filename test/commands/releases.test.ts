import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releasesCommand } from "../../orchestration/commands/releases";
import { RELEASES } from "../../orchestration/domain/release";
import { CONTAINER, rawConfig } from "../support/stackConfig";

function released(
  options: { readonly stack?: string; readonly from?: string; readonly json?: boolean },
  columns?: number,
): readonly string[] {
  const out: string[] = [];
  const screen = columns === undefined ? {} : { screen: { columns, rows: 24, print() {}, draw() {}, clear() {} } };
  const io = { out: (line: string) => void out.push(line), err: () => undefined, signal: new AbortController().signal };
  expect(releasesCommand(options, { ...io, ...screen })).toBe(0);
  return out;
}

const parsed = (options: { readonly from?: string }) =>
  released({ ...options, json: true }).map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

test("later releases, with the repaves to each", () => {
  const rows = parsed({ from: "610" });
  const found = rows.find(({ release }) => release === 692);
  expect(found).toMatchObject({
    event: "release",
    name: "v202304-1",
    required: true,
    path: [642, 692],
  });
  expect(rows.every(({ name }) => RELEASES.indexOf(name as never) > RELEASES.indexOf("v202204-2" as never))).toBe(true);
});

test("one that cannot be chosen is listed with the reason", () => {
  const refused = parsed({}).filter((row) => row["refused"] !== null);
  expect(refused.map(({ name, refused: why }) => [name, why])).toContainEqual([
    "v202404-1",
    expect.stringContaining("withdrawn by the vendor") as string,
  ]);
});

test("as a table that fits 80 columns", () => {
  const lines = released({ from: "692" }, 80);
  expect(lines[0]).toBe("Replicated:");
  expect(lines[1]).toBe("release          repaves  required  PostgreSQL  Redis  to know");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.find((line) => line.startsWith("v202503-1"))).toMatch(/^v202503-1 \(811\)  \d+ +13 to 16 +6\.0\+/);
});

test("a release that comes in two packagings is listed in each", () => {
  const lines = released({ from: "810" });
  expect(lines.filter((line) => line.startsWith("v202503-1 (811)"))).toHaveLength(2);
  expect(lines.filter((line) => line.endsWith(":"))).toEqual(["Replicated:", "Flexible Deployment Options:"]);
});

describe("of a stack", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "releases-"));
    process.env["TFE_REPAVE_LAB_DIR"] = folder;
  });
  afterEach(() => {
    delete process.env["TFE_REPAVE_LAB_DIR"];
    rmSync(folder, { recursive: true });
  });

  it.each([
    [{}, "Replicated:"],
    [CONTAINER, "Flexible Deployment Options:"],
  ])("those that its nodes can run (%j)", (keys, heading) => {
    writeFileSync(join(folder, "Pulumi.lab.yaml"), JSON.stringify({ config: rawConfig(keys) }));
    expect(released({ stack: "lab" }).filter((line) => line.endsWith(":"))).toEqual([heading]);
  });

  it("that is not there is refused", () => {
    expect(() => released({ stack: "nowhere" })).toThrow(expect.objectContaining({ code: "STACK_UNKNOWN" }) as Error);
  });
});

test("an unknown release is refused, and a newest one has none after it", () => {
  expect(() =>
    releasesCommand({ from: "643" }, { out: () => {}, err: () => {}, signal: new AbortController().signal }),
  ).toThrow("643");
  expect(released({ from: String(RELEASES.at(-1)) })).toEqual(["no newer release is known"]);
});
