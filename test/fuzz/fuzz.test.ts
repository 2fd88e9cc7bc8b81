import { fuzzCommands, fuzzParsers, slowParsers } from "./fuzz";

// A sample of what `npm run fuzz` gives.

test("no parser throws at anything that a node, a transport or a tool says", () => {
  expect(fuzzParsers(120)).toBeGreaterThan(2_500);
});

test("a question to a node ends in an answer or in an error with a name", async () => {
  expect(await fuzzCommands(50)).toBe(800);
});

/**
 * Where a megabyte takes 100 ms, it takes 7.7 passes. Two measurements of a few milliseconds differ by a half on a busy machine, so only
 * what is far from it counts here: a quadratic parser takes hundreds of passes. `npm run fuzz` asks for the 100 ms.
 */
const MOST_PASSES = 25;

test("no parser takes more than linear time, nor more than a few passes over the worst input", () => {
  const slow = slowParsers(15, 200_000);
  expect(slow.filter(({ growth, passes }) => growth > 8 && passes > MOST_PASSES / 2)).toEqual([]);
  expect(slow.filter(({ passes }) => passes > MOST_PASSES)).toEqual([]);
}, 60_000);
