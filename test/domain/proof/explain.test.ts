import { causeOf, quoted, wordsIn } from "../../../orchestration/domain/proof/explain";

describe("the end of a log", () => {
  test.each([
    [
      "what Terraform frames",
      "\u0002Terraform v1\n\u001b[31m╷\n│ Error: no luck\n│ \n│ with x\n╵\u001b[0m\u0003",
      "Error: no luck with x",
    ],
    ["the last of several", "Error: one\nfine\nError: two", "Error: two"],
    [
      "what failed before Terraform",
      "Operation failed: failed to pull image a/b",
      "Operation failed: failed to pull image a/b",
    ],
    [
      "a log of JSON",
      '{"@level":"info","@message":"Terraform 1.9"}\n{"@level":"error","@message":"Invalid provider"}',
      "Error: Invalid provider",
    ],
    ["its last line where nothing says error", "one\ntwo\n", "two"],
    ["a line that only looks like JSON", "{not json", "{not json"],
  ])("%s", (_what, log, words) => {
    expect(wordsIn(log)).toBe(words);
  });

  test("that says nothing", () => {
    expect(wordsIn("\u0002\u0003")).toBeUndefined();
  });

  test("is quoted without the secret part of an address, on one line, with a bound", () => {
    const said = quoted(`Get "https://tfe/_archivist/v1/object/dmF1bHQ6djE6bGFi": x?token=abc\n${"y".repeat(999)}`);
    expect(said).toMatch(/^Get "https:\/\/tfe\/_archivist\/v1\/object\/…": x\?token=… y+$/);
    expect(said.length).toBeLessThanOrEqual(400);
  });
});

test.each([
  ["x509: certificate signed by unknown authority", /do not trust a certificate/],
  ["pull access denied for registry/agent", /cannot be pulled/],
  ["dial tcp: lookup x: no such host", /DNS, the proxy/],
  ["Failed to query available provider packages", /registry of providers/],
  ["GET /api: 401, the token was rejected", /renew it/],
  ["no space left on device", /disk is full/],
])("%s is explained", (words, cause) => {
  expect(causeOf(words)).toMatch(cause);
  expect(causeOf("Error: something else")).toBeUndefined();
});
