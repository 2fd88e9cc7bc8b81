import { asSentence } from "../../../orchestration/domain/text/words";

describe("a clause as a sentence", () => {
  it.each([
    ["no node takes work", "No node takes work."],
    ["i-035b0304e56a2aca7: drained since 08:35:10 UTC", "i-035b0304e56a2aca7: drained since 08:35:10 UTC."],
    ["run-20261123-083202-642-13b4 is under way", "run-20261123-083202-642-13b4 is under way."],
    ["", "."],
  ])("%j", (clause, sentence) => {
    expect(asSentence(clause)).toBe(sentence);
  });
});
