import { readStackFile } from "../../infra/config/index";
import { freshEntries } from "../../orchestration/init/fresh";
import { questionsIn, stackFileText } from "../../orchestration/init/stackFile";

const text = (entries: Parameters<typeof stackFileText>[0]["entries"]): string =>
  stackFileText({ stack: "production", schema: "./s.json", about: ["Written by a test."], entries });

it("has a comment above each value, and an open key as a question that no reader takes for a value", () => {
  const file = text([
    { key: "hostname", value: "tfe.example.com", comment: "From the listener." },
    { key: "image", comment: "Which image?", example: "ami-1" },
    { key: "nodeSubnetIds", value: ["subnet-1", "subnet-2"], comment: "From the group." },
    { key: "environment", value: { TFE_A: "1", TFE_B: "true", TFE_C: "a: b # c" }, comment: "From the user data." },
    { key: "releaseSequence", value: "642", comment: "Pinned." },
  ]);
  expect(file).toBe(`# yaml-language-server: $schema=./s.json
# Stack production.
# Written by a test.
# No value here is a secret: the nodes read their secrets from the ARNs that you give.
config:
  # From the listener.
  tfe:hostname: tfe.example.com
  # TODO Which image?
  # tfe:image: ami-1
  # From the group.
  tfe:nodeSubnetIds:
    - subnet-1
    - subnet-2
  # From the user data.
  tfe:environment:
    TFE_A: "1"
    TFE_B: "true"
    TFE_C: "a: b # c"
  # Pinned.
  tfe:releaseSequence: "642"
`);
  expect(readStackFile(file)).toEqual({
    "tfe:hostname": "tfe.example.com",
    "tfe:nodeSubnetIds": '["subnet-1","subnet-2"]',
    "tfe:environment": '{"TFE_A":"1","TFE_B":"true","TFE_C":"a: b # c"}',
    "tfe:releaseSequence": "642",
  });
});

it("lets no text of somebody else's break out of its comment", () => {
  const file = text([{ key: "hostname", value: "a.example.com", comment: "From\n  tfe:image: ami-evil\r\n# x" }]);
  expect(readStackFile(file)).toEqual({ "tfe:hostname": "a.example.com" });
});

it("from nothing asks for what is not answered", () => {
  const open = questionsIn(freshEntries({ hostname: "tfe.example.com", services: "build", zones: ["a", "b"] }));
  const keys = open.map(({ key }) => key);
  expect(keys).toEqual(expect.arrayContaining(["aws:region", "tfe:imageTag", "tfe:image", "tfe:certificateArn"]));
  // What the stack builds, and what was answered.
  for (const key of ["tfe:vpcId", "tfe:settingsSecretArn", "tfe:hostname", "tfe:zones"])
    expect(keys).not.toContain(key);
});
