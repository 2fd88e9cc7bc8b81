import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectAbove } from "../../infra/project";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "a project "));
});
afterEach(() => rmSync(base, { recursive: true }));

function folder(path: string, pulumiYaml?: string, name = "Pulumi.yaml"): string {
  const dir = join(base, path);
  mkdirSync(dir, { recursive: true });
  if (pulumiYaml !== undefined) writeFileSync(join(dir, name), pulumiYaml);
  return dir;
}

it("is the folder itself, or the nearest one above it", () => {
  const outer = folder("outer", "name: tfe\n");
  const inner = folder("outer/teams/inner", "description: ours\nname: 'tfe' # the namespace of its keys\n");
  const below = folder("outer/teams/inner/docs/notes");
  expect(projectAbove(inner)).toBe(inner);
  expect(projectAbove(below)).toBe(inner);
  expect(projectAbove(folder("outer/teams"))).toBe(outer);
});

it("is none where there is no Pulumi.yaml", () => {
  expect(projectAbove(folder("empty"))).toBeUndefined();
});

it("may have the other name of that file", () => {
  const dir = folder("yml", "name: tfe\n", "Pulumi.yml");
  expect(projectAbove(dir)).toBe(dir);
});

it.each(["name: network\n", "name: tfe-repave\n", "  name: tfe\n", "main: .\n"])(
  "passes over a Pulumi.yaml of another project: %j",
  (text) => {
    const ours = folder("ours", "name: tfe\n");
    expect(projectAbove(folder("ours/theirs", text))).toBe(ours);
  },
);
