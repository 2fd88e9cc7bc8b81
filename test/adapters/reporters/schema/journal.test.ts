import { parseEntry } from "../../../../orchestration/adapters/reporters/schema/journal";

const DRAINED = { seq: 7, at: 1_000, event: "drain.proven", instanceId: "i-1", seconds: 9 };

test("an entry is read as it was written", () => {
  expect(parseEntry({ ...DRAINED, hop: 0 })).toEqual({ ...DRAINED, hop: 0 });
  expect(parseEntry(DRAINED)).toEqual(DRAINED);
});

test("an older entry of an act that was no hop's has -1 for a hop, and is read without one", () => {
  expect(parseEntry({ ...DRAINED, hop: -1 })).toEqual(DRAINED);
});

test("what this version does not know is refused", () => {
  expect(() => parseEntry({ ...DRAINED, event: "drain.imagined" })).toThrow("which this version does not know");
  expect(() => parseEntry({ ...DRAINED, hop: -2 })).toThrow();
});
