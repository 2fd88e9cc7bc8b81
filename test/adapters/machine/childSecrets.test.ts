import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHILD_VARIABLES } from "../../../infra/childVariables";
import { openFile } from "../../../orchestration/adapters/page/openFile";
import { buildWithGo } from "../../../orchestration/adapters/pulumi/engine/goBuild";
import { versionOf } from "../../../orchestration/adapters/pulumi/engine/version";

// What children of this tool find in their environment, beside the ssh client's (test/adapters/nodeShell) and the post-build gate's.

/** Secrets that stand in the environment of whoever runs a command. */
const PLANTED = {
  AWS_SECRET_ACCESS_KEY: "planted-aws",
  AWS_SESSION_TOKEN: "planted-session",
  PULUMI_CONFIG_PASSPHRASE: "planted-passphrase",
  PULUMI_ACCESS_TOKEN: "planted-token",
  NOTICE_SECRET: "planted-notice",
  GITHUB_TOKEN: "planted-github",
  NPM_TOKEN: "planted-npm",
};

let dir: string;
const before = process.env;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "child-secrets-"));
  process.env = { ...before, ...PLANTED, LC_TIME: "C", DISPLAY: ":7", GOPROXY: "off" };
});
afterAll(async () => {
  process.env = before;
  await rm(dir, { recursive: true, force: true });
});

/** A program that writes its environment down, and answers a question for its version. */
async function spy(name: string): Promise<{ readonly program: string; readonly seen: () => Promise<string> }> {
  const [program, file] = [join(dir, name), join(dir, `${name}.env`)];
  await writeFile(program, `#!/bin/sh\nenv > '${file}'\necho v3.248.0\n`);
  await chmod(program, 0o755);
  return { program, seen: () => readFile(file, "utf8") };
}

test("the program that shows a page has a window and no secret", async () => {
  const { program, seen } = await spy("opener");
  expect(await openFile("/tmp/report.html", [program])).toBeUndefined();
  expect(await seen()).not.toContain("planted");
  expect(await seen()).toContain("DISPLAY=:7");
});

test("the Go compiler has its own settings and no secret", async () => {
  const { program, seen } = await spy("go");
  await buildWithGo(program, dir, process.env, () => undefined);
  expect(await seen()).not.toContain("planted");
  expect(await seen()).toContain("GOPROXY=off");
  expect(await seen()).not.toContain("DISPLAY");
});

test("a Pulumi CLI that is asked for its version has no secret", async () => {
  const { program, seen } = await spy("pulumi");
  expect(String(await versionOf(program, process.env))).toBe("3.248.0");
  expect(await seen()).not.toContain("planted");
});

test("no list but that of the credentials of AWS names a variable of a planted secret", () => {
  for (const [list, names] of Object.entries(CHILD_VARIABLES)) {
    const taken = Object.keys(PLANTED).filter((name) =>
      (names as readonly string[]).some((each) =>
        each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : each === name,
      ),
    );
    expect([list, taken]).toEqual([
      list,
      list === "awsCredentials" ? ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] : [],
    ]);
  }
});
