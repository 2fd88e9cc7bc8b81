import { parseDiskFree, parseHttpAnswer } from "../../../orchestration/dialects/answers";
import { parseLicenceExpiry } from "../../../orchestration/dialects/replicated/answers";

describe("parseLicenceExpiry", () => {
  const licence = (end: unknown) => JSON.stringify([{ ID: "f8a0", ExpirationTime: end, IsExpired: false, Fields: [] }]);

  it.each([
    ["a date", licence("2021-06-30T00:00:00Z"), Date.UTC(2021, 5, 30)],
    ["no date", licence(undefined), "never"],
    ["Go's zero time", licence("0001-01-01T00:00:00Z"), "never"],
    ["no licence", "[]", undefined],
    ["words", licence("soon"), undefined],
    ["a number", licence(1), undefined],
    ["another answer", '{"Replicated":"ready"}', undefined],
  ])("%s", (_what, output, expected) => {
    expect(parseLicenceExpiry(output)).toBe(expected);
  });
});

describe("parseHttpAnswer", () => {
  it.each([
    ["OK\n200", { status: 200, body: "OK" }],
    ['{"postgres":"UP","redis":"DOWN"}\r\n500\r\n', { status: 500, body: '{"postgres":"UP","redis":"DOWN"}' }],
    ["\n000", { status: 0, body: "" }],
    ["", undefined],
    ["OK", undefined],
    ["curl: not found 200", undefined],
  ])("%j", (output, expected) => {
    expect(parseHttpAnswer(output)).toEqual(expected);
  });
});

describe("parseDiskFree", () => {
  it.each([
    ["     Avail\n42949672960\n", 42_949_672_960],
    ["stray\r\nAvail\r\n 0\r\n", 0],
    ["42949672960\n", undefined],
    ["Avail\n", undefined],
    ["Avail\n-\n", undefined],
    ["", undefined],
  ])("%j", (output, expected) => {
    expect(parseDiskFree(output)).toBe(expected);
  });
});
