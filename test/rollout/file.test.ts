import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RepaveError } from "../../orchestration/domain/errors";
import { parseRollout } from "../../orchestration/rollout/file";

const TAGS: Readonly<Record<string, readonly string[]>> = { production: ["eu", "us"] };
const known = {
  tagged: (tag: string) => TAGS[tag] ?? [],
  plainName(stack: string) {
    if (stack.includes("/network/")) throw new RepaveError("STACK_OTHER_PROJECT", `${stack}: this project is tfe`);
    return stack.split("/").at(-1) ?? "";
  },
};
const parse = (text: string) => parseRollout(text, "dir/rollout.yaml", known);

function problems(text: string): readonly string[] {
  try {
    parse(text);
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: "ROLLOUT_INVALID" });
    const lines = (thrown as RepaveError).detail.split("\n");
    return lines.length === 1 ? lines : lines.slice(1).map((line) => line.replace("  - ", ""));
  }
  throw new Error("it was taken for a rollout");
}

describe("the file of a rollout", () => {
  it("says waves with their defaults", () => {
    expect(parse("release: 642\nwaves:\n  - stacks: [dev]\n")).toEqual({
      name: "rollout",
      release: "v202207-2",
      windows: "stop",
      waves: [
        {
          number: 1,
          name: "wave 1",
          stacks: ["dev"],
          concurrency: 1,
          soakMs: 0,
          holds: ["healthy", "no-run-on-hold"],
          approval: "none",
        },
      ],
    });
  });

  it("says all that it can", () => {
    const plan = parse(`
name: november
release: v202207-2
image: latest
windows: wait
onFailure: stop
waves:
  - name: first
    stacks: [dev, acme/tfe/test]
    concurrency: 2
    soak: 90m
    holds: [healthy]
  - tag: production
    approval: person
    soak: 1d
`);
    expect(plan).toMatchObject({ name: "november", image: "latest", windows: "wait" });
    expect(plan.waves).toMatchObject([
      { name: "first", stacks: ["dev", "acme/tfe/test"], concurrency: 2, soakMs: 5_400_000, holds: ["healthy"] },
      { name: "wave 2", stacks: ["eu", "us"], approval: "person", soakMs: 86_400_000 },
    ]);
  });

  it("is refused with every problem at once, by line", () => {
    expect(
      problems(`relase: 642
image: newest
onFailure: continue
waves:
  - stacks: [dev, dev]
    concurency: 2
    soak: 5 minutes
  - tag: nowhere
    stacks: [test]
    concurrency: 0
  - stacks: [prod, test]
    approval: maybe
    holds: [alarms]
`),
    ).toEqual([
      "dir/rollout.yaml:1: relase is not a known key (did you mean release?)",
      "dir/rollout.yaml:2: image must be latest or the id of an image (ami-…)",
      "dir/rollout.yaml:3: onFailure must be stop: no rollout continues after a failure",
      "dir/rollout.yaml:5: waves[0].stacks[1] names dev once more: it is in wave 1",
      "dir/rollout.yaml:6: waves[0].concurency is not a known key (did you mean concurrency?)",
      "dir/rollout.yaml:7: waves[0].soak must be seconds, minutes, hours or days (90s, 30m, 2h, 1d), 14d at most",
      "dir/rollout.yaml:8: waves[1] must have either stacks or tag",
      "dir/rollout.yaml:8: waves[1].tag is no stack's: no stack file of the project has `nowhere` in tfe:rolloutTags",
      "dir/rollout.yaml:10: waves[1].concurrency must be 1 or more",
      "dir/rollout.yaml:11: waves[2].stacks[1] names test once more: it is in wave 2",
      "dir/rollout.yaml:12: waves[2].approval must be none or person",
      "dir/rollout.yaml:13: waves[2].holds[0] must be among healthy, no-run-on-hold",
    ]);
  });

  it.each([
    ["", ["dir/rollout.yaml:1: the file is empty"]],
    ["release: 642", ["dir/rollout.yaml:1: waves is required"]],
    [
      "release: soon\nwaves: []",
      [
        "dir/rollout.yaml:1: release is no known release: soon. `npm run releases` lists them",
        "dir/rollout.yaml:2: waves must have a wave",
      ],
    ],
    ["waves:\n  - stacks: [eu]", ["dir/rollout.yaml:1: release or image is required"]],
    ["image: latest\nwaves:\n  - {}", ["dir/rollout.yaml:3: waves[0] must have either stacks or tag"]],
    [
      "image: latest\nwaves:\n  - tag: nowhere",
      ["dir/rollout.yaml:3: waves[0].tag is no stack's: no stack file of the project has `nowhere` in tfe:rolloutTags"],
    ],
    [
      "image: latest\nwaves:\n  - stacks: [eu]\n  - tag: production",
      ["dir/rollout.yaml:4: waves[1].tag names eu once more: it is in wave 1"],
    ],
    [
      "image: latest\nwaves:\n  - stacks: [a/network/b]",
      ["dir/rollout.yaml:3: waves[0].stacks[0] is not a stack of this project: a/network/b: this project is tfe"],
    ],
    [
      "image: latest\nwaves:\n  - stacks: [a]\n    name: x\n  - stacks: [b]\n    name: x",
      ["dir/rollout.yaml:6: waves[1].name is the name of another wave: x"],
    ],
    [
      "image: latest\nwaves:\n  - stacks: ['a; rm -rf']",
      ["dir/rollout.yaml:3: waves[0].stacks[0] must be the name of a stack"],
    ],
  ])("is refused: %j", (text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it("is refused for what is no YAML, with the line", () => {
    expect(problems("image: latest\nwaves: [\n")[0]).toMatch(/^dir\/rollout.yaml:\d+: /);
  });
});

it("the example over three labs is one", () => {
  const file = join(__dirname, "../../docs/examples/rollout.lab.yaml");
  const { waves } = parseRollout(readFileSync(file, "utf8"), file, known);
  expect(waves.map(({ stacks, approval }) => [...stacks, approval])).toEqual([
    ["lab-development", "none"],
    ["lab-staging", "none"],
    ["lab-production", "none"],
  ]);
});
