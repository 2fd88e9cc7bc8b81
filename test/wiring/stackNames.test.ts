import { plainStackName } from "../../orchestration/wiring/stacks";

it.each([
  ["production", "production"],
  ["example/production", "production"],
  ["organization/tfe/production", "production"],
  ["example/tfe/production", "production"],
  ["my-org_1/tfe/Prod.eu_1", "Prod.eu_1"],
  ["tfe/production", "production"],
])("%s has the file of %s", (named, name) => {
  expect(plainStackName(named)).toBe(name);
});

it("refuses a stack of another project by name", () => {
  expect(() => plainStackName("example/network/production")).toThrow(
    expect.objectContaining({
      code: "STACK_OTHER_PROJECT",
      detail: "example/network/production: this project is tfe, not network",
    }) as Error,
  );
});

it.each([
  "",
  "a//b",
  "../production",
  "a/../tfe",
  "a/b/c/d",
  "pro duction",
  "example/tfe/..",
  "/production",
  "production/",
  " production",
  "a\\b",
])("takes %j for no name of a stack", (named) => {
  expect(() => plainStackName(named)).toThrow(expect.objectContaining({ code: "STACK_UNKNOWN" }) as Error);
});
