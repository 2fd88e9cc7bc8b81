import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { ORCHESTRATOR } from "../../../infra/contract";
import { commandLine } from "../../../orchestration/program";
import { declareStack, TYPES } from "../../support/stack";

describe("the post-build gate", () => {
  it("asks for the fleet's health once, when the group is new, and never again for a path or a staged build", async () => {
    const { only, outputs } = await declareStack();
    const { inputs, options } = only(TYPES.command);
    const { environment, create, ...rest } = inputs;
    expect(create).toContain("health --wait --json");
    expect(rest).toEqual({
      dir: "/nowhere/project",
      triggers: [`arn:${TYPES.group}:nodes`],
    });
    const { TFE_REPAVE_STACK, TFE_REPAVE_FLEET } = environment as Record<string, string>;
    expect(TFE_REPAVE_STACK).toBe("test");
    expect(JSON.parse(TFE_REPAVE_FLEET ?? "")).toEqual(outputs);
    expect(options.ignoreChanges).toEqual(["create", "dir", "environment"]);
  });

  it("has what it needs of the engine's environment, and none of its secrets", async () => {
    const { only } = await declareStack();
    const { create } = only(TYPES.command).inputs;
    const folder = await mkdtemp(join(tmpdir(), "gate-"));
    try {
      await writeFile(join(folder, "npx"), "#!/bin/sh\nenv; tr '\\0' '\\n' </proc/$$/environ\n", { mode: 0o755 });
      const env = {
        PATH: `${folder}:${process.env["PATH"] ?? ""}`,
        HOME: '/home/it\'s "$(id)" `x`',
        AWS_SECRET_ACCESS_KEY: "its own",
        TFE_REPAVE_FLEET: '{"a": "b c"}',
        PULUMI_CONFIG_PASSPHRASE: "planted",
        PULUMI_ACCESS_TOKEN: "planted",
        WEBHOOK_SECRET: "planted",
      };
      const { stdout } = await promisify(execFile)("/bin/sh", ["-c", String(create)], { env });
      expect(stdout).not.toContain("planted");
      expect(stdout.split("\n")).toEqual(
        expect.arrayContaining([`HOME=${env.HOME}`, "AWS_SECRET_ACCESS_KEY=its own", 'TFE_REPAVE_FLEET={"a": "b c"}']),
      );
      expect(stdout).not.toMatch(/^AWS_PROFILE=/m);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ["in a clone", ["orchestration/cli.ts"], {}, "npx --no-install tsx orchestration/cli.ts health --wait --json"],
    [
      "of the package that runs the update",
      [],
      { TFE_REPAVE_BIN: "/opt/a b/bin.mjs" },
      "node /opt/a b/bin.mjs health --wait --json",
    ],
    ["of `pulumi up` in a project", [], {}, "npx --no-install tfe-repave health --wait --json"],
  ])("starts the tool %s", async (_, files, env, started) => {
    const { only } = await declareStack();
    const { create } = only(TYPES.command).inputs;
    const folder = await mkdtemp(join(tmpdir(), "gate-"));
    try {
      for (const name of ["npx", "node"])
        await writeFile(join(folder, name), `#!/bin/sh\necho ${name} "$@"\n`, { mode: 0o755 });
      for (const file of files) {
        await mkdir(dirname(join(folder, file)), { recursive: true });
        await writeFile(join(folder, file), "");
      }
      const PATH = `${folder}:${process.env["PATH"] ?? ""}`;
      const options = { cwd: folder, env: { PATH, ...env } };
      const { stdout } = await promisify(execFile)("/bin/sh", ["-c", String(create)], options);
      expect(stdout.trim()).toBe(started);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("is there for a stack without nodes too, so that a change of their number is no change of the gate", async () => {
    expect((await declareStack({ nodeCount: "0" })).of(TYPES.command)).toHaveLength(1);
  });
});

describe("the commands of the orchestrator that the stack program has run", () => {
  it("start from files that are there, in a clone and in a project with the package", () => {
    const root = resolve(__dirname, "../../..");
    expect(existsSync(resolve(root, ORCHESTRATOR.entry))).toBe(true);
    const { name, bin } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")) as {
      readonly name: string;
      readonly bin: Readonly<Record<string, string>>;
    };
    expect(ORCHESTRATOR.installed).toBe(`node_modules/${name}/${bin["tfe-repave"] ?? ""}`);
    expect(existsSync(resolve(root, bin["tfe-repave"] ?? ""))).toBe(true);
  });

  // The first word that it does not know is named, so one added at the end is named only where all the others are known.
  it.each([ORCHESTRATOR.health, ORCHESTRATOR.patch("prod")])("are known to its command line: %s", async (words) => {
    const said: string[] = [];
    const io = { out: () => undefined, err: (line: string) => said.push(line), signal: new AbortController().signal };
    expect(await commandLine([...words.split(" "), "--no-such-option"], io)).toBe(2);
    expect(said.join("\n")).toContain("unknown option '--no-such-option'");
  });
});
