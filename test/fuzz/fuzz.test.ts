import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fuzzCommands, fuzzParsers, slowParsers } from "./fuzz";

// A sample of what `npm run fuzz` gives.

test("every parser of what a node says is among them", () => {
  const dialects = join(__dirname, "../../orchestration/dialects");
  const sources = readdirSync(dialects, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const parsers = sources.flatMap((name) => [
    ...readFileSync(join(dialects, name), "utf8").matchAll(
      /^export (?:function|const) (parse\w+)(?: = )?\(\s*raw: string/gm,
    ),
  ]);
  const fuzzed = readFileSync(join(__dirname, "parsers.ts"), "utf8");
  expect(parsers.length).toBeGreaterThan(20);
  expect(parsers.map(([, name = ""]) => name).filter((name) => !fuzzed.includes(name))).toEqual([]);
});

test("no parser throws at anything that a node, a transport or a tool says", () => {
  expect(fuzzParsers(120)).toBeGreaterThan(2_500);
});

test("a question to a node ends in an answer or in an error with a name", async () => {
  expect(await fuzzCommands(50)).toBe(800);
});

/**
 * A quadratic parser takes thousands of passes over so much, and grows sixteenfold from a quarter of it. What takes few passes is not
 * measured well enough for its growth to mean anything. `npm run fuzz` asks for 100 ms for a megabyte, on a quiet machine.
 */
const FEW_PASSES = 25;
const MOST_PASSES = 250;

test("no parser takes more than linear time", () => {
  const slow = slowParsers(15, 200_000);
  expect(slow.filter(({ growth, passes }) => growth > 8 && passes > FEW_PASSES)).toEqual([]);
  expect(slow.filter(({ passes }) => passes > MOST_PASSES)).toEqual([]);
}, 60_000);
