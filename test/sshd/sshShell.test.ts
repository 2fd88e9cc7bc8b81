import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { scaledClock, systemClock } from "../../orchestration/adapters/machine/clock";
import { replicated } from "../../orchestration/dialects/replicated/commands";
import { consoleHostKeys } from "../../orchestration/adapters/nodeShell/hostKeys";
import { sshShell, type SshShellOptions } from "../../orchestration/adapters/nodeShell/sshShell";
import type { RepaveError } from "../../orchestration/domain/errors";
import type { NodeAddress } from "../../orchestration/ports/nodeShell";
import { describeNodeShellContract } from "../contract/nodeShell";
import type { Daemon } from "./support/daemon";
import { type Machines, startMachines, type Way } from "./support/machines";

// The transport against Debian's own sshd: what OpenSSH says and does, and not what somebody thinks that it says.

jest.setTimeout(60_000);

const clock = systemClock({});

let estate: Machines;
let [node, application]: NodeAddress[] = [];
beforeAll(async () => {
  estate = await startMachines();
  [node, application] = estate.nodes.map(({ address }) => address);
});
afterAll(() => estate.close());

const shell = (way: Way = "direct", options: Partial<SshShellOptions> = {}) =>
  sshShell({ clock, configFile: estate.config[way], sudo: false, ...options });

/** What the error says, whichever it is. */
async function refusal(asking: Promise<unknown>): Promise<Pick<RepaveError, "code" | "detail">> {
  const { code, detail } = await asking.then(
    () => Promise.reject(new Error("it was answered")),
    (error: unknown) => error as RepaveError,
  );
  return { code, detail };
}

describeNodeShellContract("OpenSSH to a real sshd, through a bastion", () =>
  Promise.resolve({
    // The contract's bounds are of a minute; on this clock they are of 15 s.
    shell: shell("bastion", { clock: scaledClock({ speed: 4, realOrigin: 0, labOrigin: 0 }) }),
    node: node as NodeAddress,
    nobody: estate.closed,
    works: { argv: ["echo", "here"], prints: /^here$/m },
    fails: { argv: ["sh", "-c", "exit 7"], exitCode: 7 },
    // It ends when nobody listens any more, so that it outlives no test.
    lasts: { argv: ["sh", "-c", "while sleep 0.2; do echo; done"] },
    close: () => Promise.resolve(),
  }),
);

describe("the application on a node", () => {
  it("answers every question through the bastion, with sudo before each command", async () => {
    const tfe = replicated(shell("bastion", { sudo: true }));
    const node = application as NodeAddress;
    const answers = await Promise.all([
      tfe.appStatus(node),
      tfe.systemStatus(node),
      tfe.healthCheck(node),
      tfe.selfCheck(node),
      tfe.activeWork(node),
      tfe.appConfig(node),
      tfe.licenceExpiry(node),
      tfe.diskFree(node),
      tfe.supportBundle(node),
    ]);
    expect(answers).toEqual([
      { release: "v202207-2", state: "started", desiredState: "started", isTransitioning: false },
      { Replicated: "ready", Retraced: "ready" },
      { passed: ["Archivist Health Check"], failed: [] },
      { status: 200, body: '{"postgres":"UP"}' },
      1,
      {
        capacity_concurrency: { plain: "10" },
        enc_password: { digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
        tls_ciphers: undefined,
      },
      Date.parse("2031-01-02T03:04:05Z"),
      61_203_283_968,
      "support bundle uploaded\n",
    ]);
  });

  it("may be silent in its drain for longer than the connection's keepalives", async () => {
    const began = Date.now();
    await replicated(shell("bastion", { keepAliveSeconds: 1 })).drain(application as NodeAddress);
    expect(Date.now() - began).toBeGreaterThan(3_900);
  });
});

describe("who may log in", () => {
  it("is known by a key that only the agent has", async () => {
    expect(await shell("agent").run(node as NodeAddress, ["echo", "in"])).toMatchObject({ stdout: "in\n" });
  });

  it("is not somebody with a wrong key: the login is refused, and what to look at is said", async () => {
    const { code, detail } = await refusal(shell("wrongKey").run(node as NodeAddress, ["true"]));
    expect(code).toBe("NODE_UNREACHABLE");
    expect(detail).toMatch(
      /^i-01 \(10\.0\.1\.1\): \S+@127\.0\.0\.1: Permission denied \(publickey\): the login was refused/,
    );
    expect(detail).toMatch(/ssh-add -l/);
  });

  it("is not somebody with a wrong key at the bastion: its refusal is what is told, not what followed from it", async () => {
    const { detail } = await refusal(shell("wrongKeyAtBastion").run(node as NodeAddress, ["true"]));
    expect(detail).toMatch(/Permission denied \(publickey\): the login was refused/);
  });

  it("needs sudo on the node: a node that asks for a password has answered, with its own words", async () => {
    const asked = shell("direct").run(node as NodeAddress, [
      "sh",
      "-c",
      "echo 'sudo: a password is required' >&2; exit 1",
    ]);
    expect(await asked).toEqual({ exitCode: 1, stdout: "", stderr: "sudo: a password is required\n" });
  });
});

describe("a host's key", () => {
  it("that was never seen is not accepted where the configuration says so; what to do is told", async () => {
    const { code, detail } = await refusal(shell().run(estate.unknown, ["true"]));
    expect(code).toBe("NODE_UNREACHABLE");
    expect(detail).toMatch(/No ED25519 host key is known for i-05 .*: .*Add the key of that host to known_hosts/);
  });

  it("that changed is not accepted, and finding out why comes before forgetting it", async () => {
    const { code, detail } = await refusal(shell().run(estate.impostor, ["true"]));
    expect(code).toBe("NODE_UNREACHABLE");
    expect(detail).toMatch(
      /WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!: .*find out what answers there before you run `ssh-keygen -R i-06`/,
    );
  });

  it("is accepted unseen where the operator's configuration says so, and known from then on by the instance's id", async () => {
    const known = `${estate.config.direct}.known`;
    const file = await estate.write("new.config", [
      "Host *",
      `  UserKnownHostsFile ${known}`,
      "  StrictHostKeyChecking accept-new",
      ...estate.lines.direct,
    ]);
    const { stdout } = await sshShell({ clock, configFile: file, sudo: false }).run(estate.unknown, ["echo", "in"]);
    expect(stdout).toBe("in\n");
    expect(await readFile(known, "utf8")).toBe(`i-05 ${estate.nodes[0].sshd.hostKey}\n`);
  });
});

describe("a host's key on its console", () => {
  const printing = (key: string): string =>
    `[ 9.1] boot\r\n<14>ec2: -----BEGIN SSH HOST KEY KEYS-----\r\n<14>ec2: ${key} root@node\r\n<14>ec2: -----END SSH HOST KEY KEYS-----\r\n`;

  /** A shell over a configuration that begins with these lines, and what was asked of EC2. */
  async function learning(name: string, shown: string, lines: readonly string[] = [], way: Way = "direct") {
    const asked: string[] = [];
    const folder = `${estate.config[way]}.${name}.keys`;
    const consoleOutput = (instanceId: string): Promise<string> => {
      asked.push(instanceId);
      return Promise.resolve(shown);
    };
    const configFile = await estate.write(`${name}.config`, [...lines, ...estate.lines[way]]);
    const hostKeys = consoleHostKeys({ consoleOutput, folder, clock });
    return { asked, file: join(folder, "i-05"), shell: sshShell({ clock, configFile, sudo: false, hostKeys }) };
  }

  it.each(["direct", "bastion"] as const)("lets a node in that no known_hosts has (%s)", async (way) => {
    const { hostKey } = estate.nodes[0].sshd;
    const { shell, asked, file } = await learning(`learn-${way}`, printing(hostKey), [], way);
    const words = await Promise.all(["a", "b"].map((word) => shell.run(estate.unknown, ["echo", word])));
    expect(words.map(({ stdout }) => stdout)).toEqual(["a\n", "b\n"]);
    expect(await shell.run(estate.unknown, ["sh", "-c", "exit 7"])).toMatchObject({ exitCode: 7 });
    expect(asked).toEqual(["i-05"]);
    expect(await readFile(file, "utf8")).toBe(`i-05 ${hostKey}\n`);
  });

  it("is what counts where the operator's configuration would take any key", async () => {
    const impostor = estate.nodes[1].sshd.hostKey;
    for (const how of ["accept-new", "no"]) {
      const known = `${estate.config.direct}.${how}`;
      const lines = ["Host *", `  UserKnownHostsFile ${known}`, `  StrictHostKeyChecking ${how}`];
      const { shell } = await learning(`impostor-${how}`, printing(impostor), lines);
      const { code, detail } = await refusal(shell.run(estate.unknown, ["true"]));
      expect(code).toBe("NODE_UNREACHABLE");
      expect(detail).toMatch(/REMOTE HOST IDENTIFICATION HAS CHANGED/);
      await expect(readFile(known)).rejects.toMatchObject({ code: "ENOENT" });
    }
  });

  it("leaves the node unreachable where there is none, with a file for known hosts or without", async () => {
    for (const [name, file] of [
      ["none", "none"],
      ["null", "/dev/null"],
    ]) {
      const lines = ["Host *", `  UserKnownHostsFile ${file ?? ""}`, "  StrictHostKeyChecking accept-new"];
      const { shell } = await learning(`silent-${name ?? ""}`, "[ 9.1] boot\r\n", lines);
      const { code, detail } = await refusal(shell.run(estate.unknown, ["true"]));
      expect(code).toBe("NODE_UNREACHABLE");
      expect(detail).toMatch(/^i-05: known_hosts does not have its host key, .*tfe:sshHostKeys to config/);
    }
  });

  it("is not asked for where known_hosts has the node's, and does not help where that one is another", async () => {
    const { shell, asked } = await learning("known", printing(estate.nodes[0].sshd.hostKey));
    expect(await shell.run(node as NodeAddress, ["echo", "in"])).toMatchObject({ stdout: "in\n" });
    const { detail } = await refusal(shell.run(estate.impostor, ["true"]));
    expect(detail).toMatch(/REMOTE HOST IDENTIFICATION HAS CHANGED/);
    expect(asked).toEqual([]);
  });

  it("does not help a bastion, which known_hosts must have", async () => {
    const { hostKey } = estate.nodes[0].sshd;
    const lines = ["Host *", "  UserKnownHostsFile /dev/null"];
    const { shell, asked } = await learning("bastion-unknown", printing(hostKey), lines, "bastion");
    const { detail } = await refusal(shell.run(estate.unknown, ["true"]));
    expect(detail).toMatch(/No ED25519 host key is known for the-bastion .*Add the key of that host to known_hosts/);
    expect(asked).toEqual([]);
  });
});

describe("a ProxyCommand", () => {
  it.each([
    [
      "An error occurred (TargetNotConnected) when calling the StartSession operation: i-01 is not connected.",
      254,
      "agent",
    ],
    ["SessionManagerPlugin is not found. Please refer to SessionManager Documentation here: http://x", 255, "install"],
  ])("that ends before the node answers is told in its own words: %s", async (words, status, advice) => {
    const proxy = `  ProxyCommand sh -c 'echo >&2; echo "${words}" >&2; exit ${status}'`;
    const file = await estate.write(`proxy-${status}.config`, ["Host *", proxy, ...estate.lines.direct]);
    const { code, detail } = await refusal(sshShell({ clock, configFile: file }).run(node as NodeAddress, ["true"]));
    expect(code).toBe("NODE_UNREACHABLE");
    expect(detail).toContain(words.replace(/\.$/, ""));
    expect(detail).toContain(advice);
    expect(detail).toMatch(/; nothing was run$/);
  });

  it("that does not exist is named", async () => {
    const file = await estate.write("proxy-none.config", [
      "Host *",
      "  ProxyCommand no-such-program-here",
      ...estate.lines.direct,
    ]);
    const { detail } = await refusal(sshShell({ clock, configFile: file }).run(node as NodeAddress, ["true"]));
    expect(detail).toMatch(
      /no-such-program-here.*not found: the ProxyCommand's program cannot be run.*nothing was run$/,
    );
  });
});

describe("a login that the image refuses", () => {
  it.each([
    ['Please login as the user "ubuntu" rather than the user "root".', 142, "Set tfe:sshUser to ubuntu"],
    ["This account is currently not available.", 1, "the login has no shell"],
  ])("is told as such: %s", async (words, status, advice) => {
    const asked = shell().run(node as NodeAddress, ["sh", "-c", `echo '${words}'; exit ${status}`]);
    expect(await refusal(asked)).toMatchObject({
      code: "NODE_UNREACHABLE",
      detail: expect.stringContaining(advice) as string,
    });
  });
});

describe("a machine that does not answer", () => {
  it("is said to hang where it takes the connection and says nothing, in seconds", async () => {
    const { code, detail } = await refusal(shell("direct", { connectSeconds: 1 }).run(estate.mute, ["true"]));
    expect(code).toBe("NODE_UNREACHABLE");
    expect(detail).toMatch(/^i-03 \(10\.0\.1\.3\): .*timed out.*: .*hangs$/);
  });

  it("is said to hang behind a bastion, too", async () => {
    const { code, detail } = await refusal(shell("bastion", { connectSeconds: 1 }).run(estate.mute, ["true"]));
    expect(code).toBe("NODE_UNREACHABLE");
    expect(detail).toMatch(/hangs$/);
  });

  it("is said to have no sshd where the connection is refused", async () => {
    const { code, detail } = await refusal(shell().run(estate.closed, ["true"]));
    expect(code).toBe("NODE_UNREACHABLE");
    expect(detail).toMatch(/Connection refused: the machine is up, but its sshd is not/);
  });
});

describe("a connection that is lost in the middle of a drain", () => {
  let sshd: Daemon;
  beforeAll(() => (sshd = estate.nodes[1].sshd));

  /** A drain that is on its way. */
  async function draining(way: Way): Promise<{ readonly end: ReturnType<typeof refusal> }> {
    const drain = replicated(shell(way, { keepAliveSeconds: 1 })).drain(application as NodeAddress);
    const end = refusal(drain);
    await sshd.running("sleep");
    return { end };
  }

  it.each(["direct", "bastion"] as const)("says that it broke, and that what ran there may go on (%s)", async (way) => {
    const { end } = await draining(way);
    sshd.cut();
    const { code, detail } = await end;
    expect(code).toBe("NODE_UNREACHABLE");
    expect(detail).toMatch(/: the connection broke; the command may still be running$/);
  });

  it("is given up when the machine has been silent for three keepalives", async () => {
    const { end } = await draining("direct");
    sshd.hang("SIGSTOP");
    try {
      const { code, detail } = await end;
      expect(code).toBe("NODE_UNREACHABLE");
      expect(detail).toMatch(/Timeout, server 127\.0\.0\.1 not responding: the connection went silent and was closed/);
    } finally {
      sshd.hang("SIGCONT");
    }
  });

  it("does not spoil the next command", async () => {
    expect(await replicated(shell("bastion")).activeWork(application as NodeAddress)).toBe(1);
  });
});

describe("what passes through", () => {
  it("words with everything that a shell knows arrive as they are", async () => {
    const words = [
      ...'a b;$(id)|`id`|it\'s|"$HOME" and ${HOME} and \\|-n|~root|* ? [a-z]|two\nlines\n|\t tab, bell \u0007|ümlaut, 漢字'.split(
        "|",
      ),
      ...["", "A=b", "!history && false # no comment", "a|b > c < d & e"],
    ];
    const { stdout } = await shell().run(node as NodeAddress, ["printf", "%s\\0", ...words]);
    expect(stdout.split("\0")).toEqual([...words, ""]);
  });

  it("megabytes of output are whole, and each stream is its own", async () => {
    const script = "head -c 5000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/zero | tr '\\0' e >&2; exit 9";
    const { exitCode, stdout, stderr } = await shell("bastion").run(node as NodeAddress, ["sh", "-c", script]);
    expect([exitCode, stdout.length, stderr.length]).toEqual([9, 5_000_000, 3_000_000]);
    expect([/^x+$/.test(stdout), /^e+$/.test(stderr)]).toEqual([true, true]);
  });

  it("a configuration file may have any name", async () => {
    const file = await estate.write(`it's "$(id)" a config`, estate.lines.direct);
    const { stdout } = await sshShell({ clock, configFile: file, sudo: false }).run(node as NodeAddress, [
      "echo",
      "in",
    ]);
    expect(stdout).toBe("in\n");
  });
});
