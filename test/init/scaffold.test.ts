import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { currentTemplate } from "../../build/writeFiles";
import { CONFIG_KEYS } from "../../infra/config/index";
import { dependsOn, projectFiles, withScripts } from "../../orchestration/init/scaffold";
import { ROOT } from "../support/root";

const TOOL = { name: "tfe-repave", version: "1.2.3", verbs: ["upgrade", "status"] };

const fileOf = (path: string): string => projectFiles(TOOL).find((file) => file.path === path)?.text ?? "";

it("has a program of three lines, and the retries of the clone's own project", () => {
  expect(fileOf("index.ts").trimEnd().split("\n")).toHaveLength(3);
  const own = parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8")) as {
    name: string;
    config: Record<string, unknown>;
  };
  const made = parse(fileOf("Pulumi.yaml")) as { name: string; config: Record<string, unknown> };
  expect(made.name).toBe(own.name);
  expect(made.config["aws:maxRetries"]).toEqual(own.config["aws:maxRetries"]);
});

it("has a script for each verb, as the messages name them", () => {
  const made = JSON.parse(fileOf("package.json")) as { scripts: unknown; dependencies: unknown };
  expect(made.scripts).toEqual({ upgrade: "tfe-repave upgrade", status: "tfe-repave status" });
  expect(made.dependencies).toEqual({ "tfe-repave": "^1.2.3" });
});

it("adds missing scripts to a package.json and leaves everything else as it is", () => {
  const before = `{\n    "name": "ops",\n    "scripts": { "status": "mine" },\n    "dependencies": { "tfe-repave": "file:x" }\n}\n`;
  const after = withScripts(before, TOOL);
  expect(after?.added).toBe(1);
  expect(JSON.parse(after?.text ?? "")).toEqual({
    name: "ops",
    scripts: { status: "mine", upgrade: "tfe-repave upgrade" },
    dependencies: { "tfe-repave": "file:x" },
  });
  expect(after?.text).toContain('\n    "name"');
  expect(withScripts(after?.text ?? "", TOOL)).toBeUndefined();
});

it.each(["", "[]", "null", "{ no json", '{"scripts": "x"}'])("leaves %j alone", (text) => {
  expect(withScripts(text, TOOL)).toBeUndefined();
});

it("knows whether a project depends on the tool", () => {
  expect(dependsOn('{"dependencies": {"tfe-repave": "1"}}', "tfe-repave")).toBe(true);
  expect(dependsOn('{"devDependencies": {"tfe-repave": "1"}}', "tfe-repave")).toBe(true);
  expect(dependsOn('{"dependencies": {"tfe": "1"}}', "tfe-repave")).toBe(false);
});

it("is a template of `pulumi new` too, which is what `npm run docs:project` writes", () => {
  const files = currentTemplate();
  for (const { path, text } of files) expect(readFileSync(join(ROOT, "template", path), "utf8")).toBe(text);
  const { name, template } = parse(files.find(({ path }) => path === "Pulumi.yaml")?.text ?? "") as {
    readonly name: string;
    readonly template: { readonly config: Readonly<Record<string, unknown>> };
  };
  const keys = Object.keys(template.config);
  expect(name).toBe("tfe");
  expect(
    keys.filter((key) => key.startsWith("tfe:") && !CONFIG_KEYS.map((each) => `tfe:${each}`).includes(key)),
  ).toEqual([]);
  expect(keys).toContain("aws:region");
});
