import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { asRepaveError, ERRORS, RepaveError, type ErrorCode } from "../../orchestration/domain/errors";

const CODES = Object.keys(ERRORS) as ErrorCode[];

describe("every error says what happened and what to do next", () => {
  it.each(CODES)("%s", (code) => {
    const { title, remedy, disposition } = ERRORS[code];
    expect(title).toMatch(/^[A-Z`].*[^.\s]$/);
    expect(remedy).toMatch(/^[A-Z`-].*\.$/s);
    expect(["usage", "blocked", "halt", "fail"]).toContain(disposition);
    const error = new RepaveError(code, "i-1");
    expect(error.message).toBe(`${title}: i-1`);
    expect(error.remedy).toBe(remedy);
    expect(error.disposition).toBe(disposition);
  });
});

test("no two errors have one title", () => {
  const titles = CODES.map((code) => ERRORS[code].title);
  expect(titles).toEqual([...new Set(titles)]);
});

test("whatever halts can be gone on with, and says how", () => {
  const halting = CODES.filter((code) => ERRORS[code].disposition === "halt");
  const overtaken: readonly ErrorCode[] = ["LEASE_LOST"];
  for (const code of halting.filter((c) => !overtaken.includes(c))) {
    expect(ERRORS[code].remedy).toMatch(/same command|--rebuild-node|upgrade --resume/);
  }
});

describe("what was thrown", () => {
  it("stays what it is where it is ours", () => {
    const error = new RepaveError("DRAIN_TIMEOUT", "i-1");
    expect(asRepaveError(error)).toBe(error);
  });

  it("is a defect of ours where nobody foresaw it, and keeps its cause", () => {
    const cause = new TypeError("x is undefined");
    expect(asRepaveError(cause)).toMatchObject({ code: "INTERNAL", detail: "x is undefined", cause });
    expect(asRepaveError("thrown text")).toMatchObject({ code: "INTERNAL", detail: "thrown text" });
  });
});

/** Tests that go through the whole table reach nothing, and neither do worlds and helpers. */
const NO_PROOF = /^(docs|domain\/errors)\.test\.ts$|^(fakes|support)\//;

const TESTS = readdirSync(resolve(__dirname, ".."), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !NO_PROOF.test(file))
  .map((file) => readFileSync(join(__dirname, "..", file), "utf8"))
  .join("\n");

test.each(CODES)("%s is expected by a test that reaches it", (code) => {
  // As a value that is asserted, or as the words of the command line.
  expect(TESTS).toMatch(new RegExp(`"${code}"|\\(${code}\\)|\\b${code}\\b.*"\\s*[,)\\]]`));
});
