import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isStackMissing, operationsOnly, type PulumiCli, pulumiCli } from "../../../orchestration/adapters/pulumi/cli";
import { redact } from "../../../orchestration/adapters/machine/redact";

// The engine in these tests is a script. It proves what we make of its words; that they are its words, the e2e tests prove.

const SHIM = `#!/bin/bash
if [ "$1" = version ]; then echo v3.259.0; exit; fi
printf '%s ' "$@" >> "$LOG"
if [ -n "$SLEEP" ]; then sleep "$SLEEP"; fi
case "$WITH" in
  "") echo '{"a":1}';;
  *) echo "$WITH" >&2; exit "$(( CODE > 0 ? CODE : 255 ))";;
esac
`;

let root: string;
let cli: PulumiCli;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "pulumi-shim-"));
  await mkdir(join(root, "bin"));
  await writeFile(join(root, "bin/pulumi"), SHIM);
  await chmod(join(root, "bin/pulumi"), 0o755);
  cli = await pulumiCli(root);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const env = (WITH = "") => ({ LOG: join(root, "log"), WITH });

it("gives the output of a command that ended well, and never lets it ask a question", async () => {
  expect(await cli.run(["stack", "output"], root, env())).toMatchObject({ stdout: '{"a":1}\n', code: 0 });
  expect(await readFile(join(root, "log"), "utf8")).toBe("stack output --non-interactive ");
});

it.each([
  ["error: the stack is currently locked by 1 lock(s).", "STACK_LOCKED", "the stack is currently locked by 1 lock(s)."],
  [
    "error: [409] Conflict: Another update is currently in progress.",
    "STACK_LOCKED",
    "[409] Conflict: Another update is currently in progress.",
  ],
  ["error: no stack named 'prod' found", "STACK_NOT_BUILT", "no stack named 'prod' found"],
  ["error: update failed", "STACK_UPDATE_FAILED", "pulumi up: update failed"],
  ["panic", "STACK_UPDATE_FAILED", "pulumi up: the Pulumi CLI gave no reason"],
])("makes of %j the error %s", async (words, code, detail) => {
  const failed = cli.run(["up"], root, env(words));
  await expect(failed).rejects.toMatchObject({ code, detail });
  expect(isStackMissing(await failed.catch((thrown: unknown) => thrown))).toBe(code === "STACK_NOT_BUILT");
});

it.each([
  ["error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions", "NOT_LOGGED_IN"],
  ["error: invalid access token", "NOT_LOGGED_IN"],
  ['error: unable to open state directory "file:///x": stat /x: no such file or directory', "BACKEND_UNREACHABLE"],
  ['error: performing HTTP request: Get "https://h/api/user": dial tcp: connection refused', "BACKEND_UNREACHABLE"],
  ["error: incorrect passphrase", "PASSPHRASE_WRONG"],
  [
    "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
    "PASSPHRASE_MISSING",
  ],
  ["error: no resource plugin 'pulumi-resource-aws' found in the workspace at version v7.48.0", "PLUGIN_MISSING"],
  ["error: something of tomorrow", "ENGINE_FAILED"],
])("calls nothing an update that is none: %j", async (words, code) => {
  await expect(cli.run(["stack", "output"], root, env(words))).rejects.toMatchObject({ code });
});

it("knows what the engine's exit codes say where it does not know the words", async () => {
  const exits = (CODE: string) => cli.run(["config"], root, { ...env("error: words of tomorrow"), CODE });
  await expect(exits("3")).rejects.toMatchObject({ code: "NOT_LOGGED_IN" });
  await expect(exits("6")).rejects.toMatchObject({ code: "STACK_NOT_BUILT" });
});

it("ends an update that takes too long, and nothing else", async () => {
  const bounded = await pulumiCli(root, { limitMs: () => 200 });
  const slow = { ...env(), SLEEP: "1" };
  await expect(bounded.run(["up"], root, { ...slow, SLEEP: "30" })).rejects.toMatchObject({
    code: "STACK_UPDATE_FAILED",
    detail: "pulumi up was ended: it took more than 0.2 s",
  });
  await expect(bounded.run(["preview"], root, { ...slow, SLEEP: "30" })).rejects.toMatchObject({
    code: "ENGINE_FAILED",
  });
  await expect(bounded.run(["stack", "output"], root, slow)).resolves.toMatchObject({ code: 0 });
});

it("says ENGINE_MISSING where there is none", async () => {
  await expect(pulumiCli(join(root, "nothing"))).rejects.toMatchObject({ code: "ENGINE_MISSING" });
});

it("runs nothing but operations where only these are wanted", async () => {
  await rm(join(root, "log"), { force: true });
  const operations = operationsOnly(cli);
  expect((await operations.run(["stack", "output", "--json", "--show-secrets"], root, env())).stdout).toBe("{}");
  expect((await operations.run(["stack", "history", "--json"], root, env())).stdout).toBe("[]");
  await operations.run(["stack", "select"], root, env());
  await operations.run(["up"], root, env());
  expect(await readFile(join(root, "log"), "utf8")).toBe("up --non-interactive ");
  expect(operations.version).toBe(cli.version);
});

describe("redact", () => {
  it("takes out the values of secret variables, and passwords in addresses", () => {
    const secrets = {
      AWS_SECRET_ACCESS_KEY: "abcdef123",
      PULUMI_CONFIG_PASSPHRASE: "correct horse",
      HOME: "/home/ann",
    };
    expect(redact("abcdef123 of /home/ann: correct horse; https://ann:pw@proxy:3128/", secrets)).toBe(
      "[secret] of /home/ann: [secret]; https://[secret]@proxy:3128/",
    );
  });
});
