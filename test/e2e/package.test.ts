/** The packed package in an operator's own folder, in a path with a space: no clone, no tsx, no typescript. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ensureEngine } from "../../orchestration/adapters/pulumi/engine/ensureEngine";
import { ROOT, run, start, type Ended, type Started } from "./support/command";
import { eventsIn, failureIn } from "./support/events";
import { withoutSettings } from "./support/labFolder";
import { endProcessesWith } from "./support/processes";
import { resultOf, UPGRADED_TO_642 } from "./support/result";

jest.setTimeout(200_000);

describe("the package, installed in an empty folder", () => {
  let base: string;
  let project: string;
  let env: NodeJS.ProcessEnv;
  let lab: Started | undefined;

  const tool = (...words: readonly string[]): Promise<Ended> =>
    run(["npx", "--no-install", "tfe-repave", ...words], { env, limit: 150, cwd: project });

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), "tfe-e2e-package "));
    project = join(base, "my project");
    await mkdir(project);
    env = { ...withoutSettings(process.env), PULUMI_HOME: join(base, "pulumi") };
    const npm = (cwd: string, ...words: readonly string[]): string =>
      execFileSync("npm", [...words, "--no-audit", "--no-fund"], { cwd, env, encoding: "utf8" });
    npm(ROOT, "pack", "--ignore-scripts=false", "--pack-destination", base);
    // The packages that the registry would serve are at hand already. npm keeps those that the package needs and removes the others.
    execFileSync("cp", ["-a", join(ROOT, "node_modules"), project]);
    const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { readonly version: string };
    npm(project, "install", "--ignore-scripts", "--prefer-offline", join(base, `tfe-repave-${version}.tgz`));
  });
  afterAll(async () => {
    lab?.interrupt();
    await lab?.ended;
    endProcessesWith(base);
    await rm(base, { recursive: true, force: true });
  });

  it("needs neither tsx nor typescript, and has no tests in it", () => {
    for (const name of ["tsx", "typescript", "esbuild", "jest", "tfe-repave/test", "tfe-repave/orchestration/cli.ts"])
      expect(`${name}: ${existsSync(join(project, "node_modules", name))}`).toBe(`${name}: false`);
  });

  it("helps, and makes the folder a project", async () => {
    expect((await tool("--help")).stdout).toContain("Usage: tfe-repave");
    const { code, stdout } = await tool("init", "--hostname", "tfe.example.com", "--json");
    expect(code).toBe(0);
    const { files } = JSON.parse(stdout) as { readonly files: readonly object[] };
    expect(files).toEqual([
      { path: "package.json", state: "extended" },
      ...["Pulumi.yaml", "index.ts", ".gitignore", "Pulumi.production.yaml"].map((path) => ({
        path,
        state: "written",
      })),
    ]);
  });

  it("upgrades the lab in the project, and `pulumi` works there through index.ts", async () => {
    lab = start(["npx", "--no-install", "tfe-repave", "lab", "--speed", "300"], { env, limit: 190, cwd: project });
    await lab.line("Ctrl-C");
    // As the scripts of package.json have it, from a folder within the project.
    await mkdir(join(project, "notes"));
    const words = ["npm", "run", "--silent", "upgrade", "--", "--release", "642", "--stack", "lab", "--json"];
    const upgraded = await run(words, { env, limit: 150, cwd: join(project, "notes") });
    expect(failureIn(upgraded.stdout)).toBeUndefined();
    expect(resultOf(upgraded)).toEqual(UPGRADED_TO_642);
    const report = eventsIn(upgraded.stdout)
      .flatMap((event) => (event.event === "note" ? [event.text] : []))
      .join("\n");
    expect(report).toContain(join(project, ".lab", "runs", "lab"));

    const { root } = await ensureEngine();
    const script = join(base, "preview.sh");
    await writeFile(
      script,
      `. .lab/env.sh && exec pulumi preview --stack lab --config-file .lab/Pulumi.lab.yaml --expect-no-changes --non-interactive\n`,
    );
    const PATH = [join(root, "bin"), env["PATH"]].join(delimiter);
    const preview = await run(["sh", script], { env: { ...env, PATH }, limit: 100, cwd: project });
    expect(preview.stdout).toMatch(/\d+ unchanged/);
    expect(preview.code).toBe(0);
  });
});
