import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labOf, plainStackName } from "../../orchestration/wiring/stacks";

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

describe("stacks that are labs", () => {
  const root = mkdtempSync(join(tmpdir(), "stack-names-"));
  const before = process.env["TFE_REPAVE_LAB_DIR"];
  beforeAll(() => (process.env["TFE_REPAVE_LAB_DIR"] = "/home/ann/.lab"));
  afterAll(() => {
    if (before === undefined) delete process.env["TFE_REPAVE_LAB_DIR"];
    else process.env["TFE_REPAVE_LAB_DIR"] = before;
    rmSync(root, { recursive: true });
  });

  it.each([
    ["lab", { stack: "lab", dir: "/home/ann/.lab" }],
    ["organization/tfe/lab-two", { stack: "lab-two", dir: "/home/ann/.lab/lab-two" }],
    ["laboratory", undefined],
    ["production", undefined],
  ])("%s: %j", (name, place) => {
    expect(labOf(name, root)).toEqual(place);
  });

  it("are refused where the project has a file of that name: somebody means a real one", () => {
    writeFileSync(join(root, "Pulumi.lab-eu.yaml"), "config: {}\n");
    expect(() => labOf("lab-eu", root)).toThrow(
      expect.objectContaining({
        code: "STACK_CONFIG_INVALID",
        detail: expect.stringContaining("are those of simulated stacks") as string,
      }) as Error,
    );
  });
});
