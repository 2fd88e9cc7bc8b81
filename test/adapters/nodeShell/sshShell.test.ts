import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { scaledClock } from "../../../orchestration/adapters/machine/clock";
import { sshShell, type SshShellOptions } from "../../../orchestration/adapters/nodeShell/sshShell";
import { describeNodeShellContract } from "../../contract/nodeShell";

// `ssh` in these tests is a script which logs its words and runs the remote line with sh: what a login shell would read is what
// counts. It does not prove anything about the protocol; the lab's real SSH servers do.
const shim = (dir: string): string => `#!/bin/bash
SHIM_DIR='${dir}'
env -0 > "$SHIM_DIR/env-$$"
if [[ " $* " == *" -G "* ]]; then cat "$SHIM_DIR/config" 2>/dev/null; rm "$SHIM_DIR/env-$$"; exit 0; fi
mv "$SHIM_DIR/env-$$" "$SHIM_DIR/env"
printf '%s\\0' "$@" > "$SHIM_DIR/argv"
while [ "$1" != "--" ]; do shift; done
if [ "$2" = "192.0.2.9" ]; then echo "ssh: connect to host $2 port 22: Connection refused" >&2; exit 255; fi
echo $$ > "$SHIM_DIR/pid"
sh -c "$3"
`;

const NODE = { instanceId: "i-0a", privateIp: "192.0.2.1" };
const NOBODY = { instanceId: "i-0b", privateIp: "192.0.2.9" };
const clock = scaledClock({ speed: 100, realOrigin: 0, labOrigin: 0 });

let dir: string;
const path = process.env["PATH"];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ssh-shim-"));
  await writeFile(join(dir, "ssh"), shim(dir));
  await chmod(join(dir, "ssh"), 0o755);
  process.env["PATH"] = `${dir}${delimiter}${path ?? ""}`;
});

afterAll(async () => {
  process.env["PATH"] = path;
  await rm(dir, { recursive: true, force: true });
});

const shell = (options: Partial<SshShellOptions> = {}) => sshShell({ clock, sudo: false, ...options });
const sentWords = async () => (await readFile(join(dir, "argv"), "utf8")).split("\0").slice(0, -1);

describeNodeShellContract("ssh over a shim", () =>
  Promise.resolve({
    shell: shell(),
    node: NODE,
    nobody: NOBODY,
    works: { argv: ["echo", "here"], prints: /^here$/m },
    fails: { argv: ["sh", "-c", "exit 7"], exitCode: 7 },
    lasts: { argv: ["sleep", "600"] },
    close: () => Promise.resolve(),
  }),
);

describe("the environment of the OpenSSH client", () => {
  const planted = {
    AWS_SECRET_ACCESS_KEY: "planted-aws",
    AWS_SESSION_TOKEN: "planted-session",
    PULUMI_CONFIG_PASSPHRASE: "planted-passphrase",
    PULUMI_ACCESS_TOKEN: "planted-token",
    WEBHOOK_SECRET: "planted-webhook",
  };
  beforeAll(() => void Object.assign(process.env, planted, { AWS_PROFILE: "ops" }));
  afterAll(() => {
    for (const name of [...Object.keys(planted), "AWS_PROFILE"]) Reflect.deleteProperty(process.env, name);
  });
  const seen = async (): Promise<string> => {
    await shell().run(NODE, ["true"]);
    return readFile(join(dir, "env"), "utf8");
  };

  it("holds no secret", async () => {
    expect(await seen()).not.toContain("planted");
    expect(await seen()).toContain("AWS_PROFILE=ops");
  });

  it("holds the credentials of AWS, and no other secret, where the configuration has a ProxyCommand", async () => {
    await writeFile(join(dir, "config"), "user ops\nproxycommand aws ssm start-session --target %h\n");
    const env = await seen();
    await writeFile(join(dir, "config"), "proxycommand none\n");
    expect(env).toContain("AWS_SECRET_ACCESS_KEY=planted-aws");
    expect(env.match(/planted-\w+/g)).toEqual(["planted-aws", "planted-session"]);
    expect(await seen()).not.toContain("planted");
  });
});

describe("sshShell", () => {
  it("gives ssh its options, the address after `--`, and the command as one line", async () => {
    await shell({ user: "ubuntu", configFile: "/etc/tfe/ssh config" }).run(NODE, ["echo", "a b"]);
    expect(await sentWords()).toEqual([
      ...[
        "-F",
        "/etc/tfe/ssh config",
        "-o",
        "BatchMode=yes",
        "-o",
        "ConnectTimeout=10",
        "-o",
        "ServerAliveInterval=15",
      ],
      ...["-o", "HostKeyAlias=i-0a", "-l", "ubuntu", "--", "192.0.2.1", "echo 'a b'"],
    ]);
  });

  it.each([
    [{}, "sudo -n true"],
    [{ user: "ubuntu" }, "sudo -n true"],
    [{ user: "root" }, "true"],
    [{ user: "root", sudo: true }, "sudo -n true"],
  ])("with %j it sends `%s`", async (options, line) => {
    // There may be no sudo here; what was sent is what matters.
    await sshShell({ clock, ...options }).run(NODE, ["true"]);
    expect((await sentWords()).at(-1)).toBe(line);
  });

  it.each([
    ["a b;$(id)"],
    ["`id`"],
    ["it's"],
    ['"$HOME"'],
    ["-n"],
    ["~root"],
    ["*"],
    ["\\n%{http_code}"],
    ["two\nlines"],
    [""],
    ["A=b"],
  ])("brings the word %j to the node unharmed", async (word) => {
    const { stdout } = await shell().run(NODE, ["printf", "[%s]", word]);
    expect(stdout).toBe(`[${word}]`);
  });

  it("keeps stdout and stderr apart", async () => {
    const result = await shell().run(NODE, ["sh", "-c", "echo out; echo err >&2; exit 3"]);
    expect(result).toEqual({ exitCode: 3, stdout: "out\n", stderr: "err\n" });
  });

  it("says why ssh could not reach the node", async () => {
    await expect(shell().run(NOBODY, ["true"])).rejects.toMatchObject({
      code: "NODE_UNREACHABLE",
      detail: expect.stringMatching(
        /^i-0b \(192\.0\.2\.9\): ssh: connect to host 192\.0\.2\.9 port 22: Connection refused: the machine is up/,
      ) as string,
    });
  });

  it("leaves no process behind when the command does not end in time", async () => {
    await expect(shell().run(NODE, ["sleep", "600"], { timeoutMs: 20_000 })).rejects.toMatchObject({
      code: "NODE_COMMAND_TIMEOUT",
    });
    const pid = Number(await readFile(join(dir, "pid"), "utf8"));
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("says so where there is no ssh", async () => {
    process.env["PATH"] = join(dir, "nothing");
    try {
      await expect(shell().run(NODE, ["true"])).rejects.toMatchObject({
        code: "NODE_UNREACHABLE",
        detail: "i-0a: the OpenSSH client cannot be run",
      });
    } finally {
      process.env["PATH"] = `${dir}${delimiter}${path ?? ""}`;
    }
  });
});
