import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Argument, Command, Option } from "commander";
import { completionScript } from "../../orchestration/commands/completion";
import { commandLine } from "../../orchestration/program";

/** A command line with one of everything. */
function aProgram(): Command {
  const root = new Command("tfe-repave");
  root
    .command("upgrade")
    .description("Repave the fleet: with a release [or more], it's said.")
    .option("-s, --stack <name>", "the stack")
    .option("-r, --release <release>", "the release")
    .option("--accept <id...>", "a risk")
    .option("--metrics <file>", "a file")
    .addOption(new Option("--transport <how>", "how").choices(["ssm", "ssh"]))
    .option("--yes", "do not ask")
    .argument("[file]", "a plan");
  root
    .command("runs")
    .description("Show runs.")
    .addArgument(new Argument("[show]", "show").choices(["show"]));
  return root;
}

const ENV = { PATH: process.env["PATH"], HOME: tmpdir(), TERM: "dumb" };

const has = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;
const where = (shell: string): typeof it => (has(shell) ? it : it.skip);

describe("completion", () => {
  let base: string;
  let project: string;
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), "completion-"));
    project = join(base, "a folder");
    mkdirSync(project);
    for (const stack of ["production", "staging", "example"]) writeFileSync(join(project, `Pulumi.${stack}.yaml`), "");
  });
  afterAll(() => rmSync(base, { recursive: true }));

  const run = (shell: string, script: string): string =>
    execFileSync(shell, [...(shell === "bash" ? ["--norc"] : ["-f"]), "-c", script], {
      encoding: "utf8",
      env: ENV,
    });

  /** What bash offers for the last of these words. */
  function inBash(...words: readonly string[]): readonly string[] {
    const script = [
      completionScript("bash", aProgram(), project),
      `COMP_WORDS=(tfe-repave ${words.map((word) => `'${word}'`).join(" ")})`,
      `COMP_CWORD=${words.length}`,
      "_tfe_repave",
      `printf '%s\\n' "\${COMPREPLY[@]}"`,
    ].join("\n");
    return run("bash", script).trimEnd().split("\n");
  }

  it.each<[string, readonly string[], readonly string[]]>([
    ["verbs", [""], ["upgrade", "runs", "--help"]],
    ["a verb that is begun", ["up"], ["upgrade"]],
    ["options", ["upgrade", "--s"], ["--stack"]],
    ["stacks, the lab with them", ["upgrade", "--stack", ""], ["production", "staging", "lab"]],
    ["stacks by the short option", ["upgrade", "-s", "pro"], ["production"]],
    ["releases by number", ["upgrade", "--release", "64"], ["641", "642", "647"]],
    ["releases by name", ["upgrade", "-r", "v202207"], ["v202207-1", "v202207-2"]],
    ["risks", ["upgrade", "--accept", "mig"], ["migration-may-run"]],
    ["every risk", ["upgrade", "--accept", "boot"], ["boot-digests", "boot-proof"]],
    ["choices", ["upgrade", "--transport", ""], ["ssm", "ssh"]],
    ["words of a verb", ["runs", "s"], ["show"]],
    ["the file of a plan", ["upgrade", "package.js"], ["package.json"]],
    ["nothing where there is nothing", ["upgrade", "--yse"], [""]],
  ])("in bash offers %s", (_, words, offered) => {
    expect(inBash(...words)).toEqual(offered);
  });

  where("zsh")("in zsh describes verbs, and hands options with their values to _arguments", () => {
    const script = [
      "compdef() { : }; _describe() { print -rl -- ${(P)2} }; _arguments() { print -rl -- $@ }",
      completionScript("zsh", aProgram(), project),
      "words=(tfe-repave ''); CURRENT=2; _tfe_repave",
      "words=(tfe-repave upgrade ''); CURRENT=3; _tfe_repave",
      "compadd() { shift; print -rl -- $@ }; _tfe_repave_stacks",
    ].join("\n");
    const said = run("zsh", script).split("\n");
    expect(said).toContain("upgrade:Repave the fleet\\: with a release (or more), it’s said.");
    expect(said).toContain("-s[the stack]:stack:_tfe_repave_stacks");
    expect(said).toContain("--stack[the stack]:stack:_tfe_repave_stacks");
    expect(said).toContain("--transport[how]:value:(ssm ssh)");
    expect(said).toContain("--metrics[a file]:file:_files");
    expect(said).toContain("*:file:_files");
    expect(said.slice(-4)).toEqual(["production", "staging", "lab", ""]);
  });

  where("fish")("in fish offers the same", () => {
    const offers = (line: string): readonly string[] =>
      execFileSync(
        "fish",
        ["--no-config", "-c", `${completionScript("fish", aProgram(), project)}\ncomplete -C ${JSON.stringify(line)}`],
        {
          encoding: "utf8",
          env: ENV,
        },
      )
        .trimEnd()
        .split("\n")
        .map((each) => each.split("\t")[0] ?? "");
    expect(offers("tfe-repave up")).toEqual(["upgrade"]);
    expect([...offers("tfe-repave upgrade --stack ")].sort()).toEqual(["lab", "production", "staging"]);
    expect(offers("tfe-repave upgrade --release v202207-")).toEqual(["v202207-1", "v202207-2"]);
    expect(offers("tfe-repave runs s")).toEqual(["show"]);
  });

  it.each(["bash", "zsh", "fish"])("for %s is printed whole, with every verb of the command line", async (shell) => {
    const out: string[] = [];
    const signal = new AbortController().signal;
    const io = { out: (line: string) => void out.push(line), err: () => undefined, signal };
    expect(await commandLine(["completion", shell], io)).toBe(0);
    const script = out.join("\n");
    for (const word of [
      "upgrade",
      "abort",
      "health",
      "completion",
      "never-healthy",
      "v202207-2",
      "migration-may-run",
    ]) {
      expect(script).toContain(word);
    }
    const file = join(base, `tfe-repave.${shell}`);
    writeFileSync(file, script);
    if (has(shell)) expect(execFileSync(shell, ["-n", file], { encoding: "utf8", env: ENV })).toBe("");
  });
});
