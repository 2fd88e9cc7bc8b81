import { fuzzCommands, fuzzParsers, slowParsers } from "./fuzz";

// A sample of what `npm run fuzz` gives.

test("no parser throws at anything that a node, a transport or a tool says", () => {
  expect(fuzzParsers(120)).toBeGreaterThan(2_500);
});

test("a question to a node ends in an answer or in an error with a name", async () => {
  expect(await fuzzCommands(50)).toBe(800);
});

/** Where a megabyte takes 100 ms, this much takes 20 ms and one pass over it 2.6 ms: 7.7 passes. Two measurements differ by a third. */
const MOST_PASSES = 10;

test("no parser takes more than linear time, nor more than a few passes over the worst input", () => {
  const slow = slowParsers(15, 200_000);
  expect(slow.filter(({ growth }) => growth > 8)).toEqual([]);
  expect(slow.filter(({ passes }) => passes > MOST_PASSES)).toEqual([]);
}, 60_000);
