import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isStackMissing, operationsOnly, type PulumiCli, pulumiCli } from "../../../orchestration/adapters/pulumi/cli";
import { redact } from "../../../orchestration/adapters/machine/redact";

// The engine in these tests is a script. It proves what we make of its words; that they are its words, the e2e tests prove.

const SHIM = `#!/bin/bash
if [ "$1" = version ]; then echo v3.259.0; exit; fi
printf '%s ' "$@" >> "$LOG"
case "$WITH" in
  "") echo '{"a":1}';;
  *) echo "$WITH" >&2; exit 255;;
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
