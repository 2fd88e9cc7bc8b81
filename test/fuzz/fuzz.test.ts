import { fuzzCommands, fuzzParsers, slowParsers } from "./fuzz";

// A sample of what `npm run fuzz` gives.

test("no parser throws at anything that a node, a transport or a tool says", () => {
  expect(fuzzParsers(120)).toBeGreaterThan(2_500);
});

test("a question to a node ends in an answer or in an error with a name", async () => {
  expect(await fuzzCommands(50)).toBe(800);
});

test("no parser takes more than linear time", () => {
  expect(slowParsers(150, 60_000).filter(({ growth }) => growth > 8)).toEqual([]);
}, 60_000);
