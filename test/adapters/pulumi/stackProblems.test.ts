import { checkedStack } from "../../../orchestration/adapters/pulumi/stackProblems";
import { RepaveError } from "../../../orchestration/domain/errors";
import { rawConfig } from "../../support/stackConfig";

/** A stack file with these values, the region in line 2, and the lines given at its end. */
function fileWith(change: Parameters<typeof rawConfig>[0], ...more: readonly string[]): string {
  const lines = Object.entries(rawConfig(change)).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);
  return ["config:", ...lines, ...more, ""].join("\n");
}

const lineOf = (text: string, part: string): number => text.split("\n").findIndex((line) => line.includes(part)) + 1;

function refusal(text: string): RepaveError {
  try {
    checkedStack("/somewhere/Pulumi.production.yaml", text);
  } catch (thrown) {
    if (thrown instanceof RepaveError) return thrown;
    throw thrown;
  }
  throw new Error("it was not refused");
}

it("reads a file that holds", () => {
  expect(checkedStack("x.yaml", fileWith({})).config).toMatchObject({ releaseSequence: 642, nodeCount: 2 });
});

it("tells all problems in one round, a line each, with the place in the file", () => {
  const text = fileWith(
    { image: "debian", imagee: "ami-1", hostname: undefined },
    "  tfe:instanceType: big",
    "  tfe:windows:",
    "    - Sun 02:00-06:00 UTC",
    "    - Noday 02:00-06:00 UTC",
    '  tfe:freeze: ["2026-13-01"]',
    "  tfe:rootVolumeGb: 0100",
  );
  const { code, detail } = refusal(text);
  expect(code).toBe("STACK_CONFIG_INVALID");
  const [head, ...rest] = detail.split("\n");
  expect(head).toBe("7 problems");
  const at = (part: string): string => `  - Pulumi.production.yaml:${lineOf(text, part)}: `;
  for (const expected of [
    `${at("rootVolumeGb")}tfe:rootVolumeGb: Pulumi reads`,
    `${at("imagee")}tfe:imagee is not a known key`,
    `${at("tfe:image:")}tfe:image must be an image id`,
    `${at("instanceType")}tfe:instanceType must be`,
    "  - Pulumi.production.yaml: tfe:hostname is required",
    `${at("Noday")}tfe:windows "Noday 02:00-06:00 UTC": the days are`,
    `${at("freeze")}tfe:freeze "2026-13-01": `,
  ])
    expect(rest.filter((line) => line.startsWith(expected))).toHaveLength(1);
});

it("tells a single problem in the same line", () => {
  const text = fileWith({ image: "debian" });
  expect(refusal(text).detail).toMatch(
    new RegExp(`^Pulumi\\.production\\.yaml:${lineOf(text, "tfe:image")}: tfe:image must be an image id .*"debian"$`),
  );
});

it("says what is no stack file, and what belongs elsewhere", () => {
  expect(refusal("config: [").detail).toMatch(/^Pulumi\.production\.yaml: /);
  expect(refusal("- a\n").detail).toMatch(/^Pulumi\.production\.yaml: this is not a stack file/);
  expect(refusal(`environment:\n  - prod\n${fileWith({})}`).code).toBe("CONFIG_ENVIRONMENT");
});
