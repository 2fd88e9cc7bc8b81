/** The container image as far as it can be read: `docs/project.md`, "In a container". */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { files } from "../../package.json";
import { ROOT } from "../support/root";

const read = (path: string): readonly string[] =>
  readFileSync(join(ROOT, path), "utf8")
    .replace(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

const lines = read("Dockerfile");
const after = (word: string): readonly string[] =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1).trim());

describe("the image", () => {
  it("stands on Node.js 24 alone, by digest", () => {
    const [base, ...others] = after("ARG").filter((line) => line.startsWith("NODE_IMAGE="));
    expect(base).toMatch(/^NODE_IMAGE=docker\.io\/library\/node:24\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/);
    expect(others).toEqual([]);
    for (const from of after("FROM")) expect(from).toMatch(/^\$\{NODE_IMAGE\}( AS [a-z]+)?$/);
  });

  it("downloads the Pulumi CLI as the tool does, which compares it, and nothing by itself", () => {
    expect(lines.filter((line) => /\b(curl|wget|ADD)\b/.test(line))).toEqual([]);
    expect(after("RUN").filter((line) => line.includes("bin.mjs engine"))).toHaveLength(1);
  });

  it("runs never as root, in the folder of the project, and only the tool", () => {
    expect(after("USER")).toEqual(["1000"]);
    expect([after("VOLUME"), after("WORKDIR").at(-1)]).toEqual([["/project"], "/project"]);
    expect(after("ENTRYPOINT")).toEqual(['["tini", "--", "tfe-repave"]']);
  });

  it("has no secret among its arguments and variables", () => {
    for (const line of [...after("ARG"), ...after("ENV")]) expect(line).not.toMatch(/token|password|passphrase|key/i);
  });
});

describe("what a build of the image gets", () => {
  const [everything, ...allowed] = read(".dockerignore");

  it("is what is named, and nothing else", () => {
    expect(everything).toBe("*");
    for (const line of allowed) expect(line).toMatch(/^!\.?[\w.-]+$/);
    expect(
      allowed.filter((line) => /Pulumi\.(?!example\.yaml$|yaml$)|node_modules|\.git|\.lab|\.tfe-repave/.test(line)),
    ).toEqual([]);
  });

  it("has what the package is made of", () => {
    const built = ["dist"];
    const needed = [...files, "build", "infra", "lab", "package-lock.json", ".npmrc"].map(
      (path) => path.split("/")[0] ?? "",
    );
    expect(needed.filter((path) => !built.includes(path) && !allowed.includes(`!${path}`))).toEqual([]);
  });
});
