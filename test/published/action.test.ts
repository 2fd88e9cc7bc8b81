/** `action.yml` and the script that it runs: what a workflow gives it reaches the tool as words, and no shell. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../support/root";

interface Action {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly id?: string;
      readonly uses?: string;
      readonly run?: string;
      readonly shell?: string;
      readonly env?: Readonly<Record<string, string>>;
    }[];
  };
}

const action = parse(readFileSync(join(ROOT, "action.yml"), "utf8")) as Action;
const { steps } = action.runs;

describe("action.yml", () => {
  it("gives each input to its script as a variable, and writes none into it", () => {
    const [script, ...others] = steps.filter(({ run }) => run !== undefined);
    expect(others).toEqual([]);
    expect(script?.run).not.toContain("${{");
    const given = Object.values(script?.env ?? {}).filter((value) => value.startsWith("${{ inputs."));
    expect(given.sort()).toEqual(
      Object.keys(action.inputs)
        .map((name) => `\${{ inputs.${name} }}`)
        .sort(),
    );
  });

  it("uses other actions by their commit alone", () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used).toHaveLength(1);
    for (const each of used) expect(each).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });

  it("has no input for a secret, and needs the verb alone", () => {
    expect(Object.keys(action.inputs).filter((name) => /token|password|secret|passphrase/i.test(name))).toEqual([]);
    expect(Object.keys(action.inputs).filter((name) => action.inputs[name]?.required === true)).toEqual(["verb"]);
    expect(action.outputs["exit-code"]?.value).toBe(`\${{ steps.${steps.at(-1)?.id ?? ""}.outputs.exit-code }}`);
  });
});

describe("build/action.sh", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tfe-repave-action "));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** As a runner would, with these inputs. */
  function act(inputs: Readonly<Record<string, string>>) {
    const output = join(folder, "output");
    const env = {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      ...{ ACTION: ROOT, STACK: "", ARGUMENTS: "", FOLDER: folder, VERSION: "", GITHUB_OUTPUT: output },
      ...inputs,
    };
    const { status, stdout, stderr } = spawnSync("bash", [join(ROOT, "build/action.sh")], { env, encoding: "utf8" });
    return { status, stdout, stderr, output: readFileSync(output, "utf8") };
  }

  it("runs the verb with its arguments, one per line", () => {
    const { status, stdout, output } = act({ VERB: "completion", ARGUMENTS: "bash\n" });
    expect([status, output]).toEqual([0, "exit-code=0\n"]);
    expect(stdout).toContain("complete ");
  });

  it("hands an argument over as it is, whatever a shell would make of it", () => {
    const { status, stderr, output } = act({
      VERB: "completion",
      ARGUMENTS: "$(touch made); touch made && `touch made`",
    });
    expect(stderr).toContain("$(touch made); touch made && `touch made`");
    expect([status, output, existsSync(join(folder, "made"))]).toEqual([2, "exit-code=2\n", false]);
  });

  it.each([
    ["VERB", "--help"],
    ["VERB", "plan; touch made"],
    ["STACK", "--yes"],
    ["STACK", "production\ntouch made"],
    ["VERSION", "file:/tmp/other.tgz"],
    ["VERSION", "latest"],
    ["FOLDER", "/no/such/folder"],
  ])("refuses %s=%s before it installs or runs anything", (name, value) => {
    const { status, stdout, output } = act({ VERB: "completion", ...{ [name]: value } });
    expect([status, output]).toEqual([2, "exit-code=2\n"]);
    expect(stdout).toMatch(/^::error::[^\n]+\n$/);
    expect(existsSync(join(folder, "made"))).toBe(false);
  });

  it("can be read by a shell", () => {
    execFileSync("bash", ["-n", join(ROOT, "build/action.sh")]);
  });
});
