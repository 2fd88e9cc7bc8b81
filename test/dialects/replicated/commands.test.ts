import { replicated } from "../../../orchestration/dialects/replicated/commands";
import type { CommandResult, NodeShell, RunOptions } from "../../../orchestration/ports/nodeShell";
import { APP_STATUS, HEALTHY } from "./outputs";

const NODE = { instanceId: "i-0a", privateIp: "192.0.2.1" };

let sent: { argv: readonly string[]; options: RunOptions | undefined }[];
beforeEach(() => {
  sent = [];
});

/** A node that gives every command this answer. */
function tfeThatSays(result: Partial<CommandResult>, images?: readonly string[]) {
  const shell: NodeShell = {
    run(_node, argv, options) {
      sent.push({ argv, options });
      return Promise.resolve({ exitCode: 0, stdout: "", stderr: "", ...result });
    },
  };
  return replicated(shell, images ? { workerImages: images } : {});
}

it("sends the vendor's commands by their paths, word by word", async () => {
  const tfe = tfeThatSays({});
  const asks = ["drain", "healthCheck", "appStatus", "systemStatus", "licenceExpiry"] as const;
  for (const ask of [...asks, "activeWork", "selfCheck", "diskFree"] as const) {
    await tfe[ask](NODE).catch(() => undefined);
  }
  const commands = sent.filter(({ argv }) => argv[0] !== "sh");
  expect(commands.map(({ argv }) => argv.join(" "))).toEqual([
    "/usr/local/bin/replicated admin --no-tty node-drain",
    "/usr/local/bin/replicated admin --no-tty health-check",
    "/usr/local/bin/replicatedctl app status --output json",
    "/usr/local/bin/replicatedctl system status",
    "/usr/local/bin/replicatedctl license inspect",
    "docker ps --format {{.ID}} {{.Image}} {{.Names}}",
    "curl -ks --max-time 20 -w \\n%{http_code} https://127.0.0.1/_health_check?full=1",
    "df -B1 --output=avail /var/lib/replicated",
  ]);
});

describe("drain", () => {
  it("may take as long as SSM allows, and listens to the signal", async () => {
    const { signal } = new AbortController();
    await tfeThatSays({}).drain(NODE, signal);
    expect(sent[0]?.options).toEqual({ timeoutMs: 172_800_000, signal });
  });

  it("says how it failed", async () => {
    const drain = tfeThatSays({ exitCode: 1, stderr: "stray\nError: this node is not active\r\n" }).drain(NODE);
    await expect(drain).rejects.toMatchObject({
      code: "NODE_COMMAND_FAILED",
      detail:
        "i-0a: exit status 1 (Error: this node is not active) from `/usr/local/bin/replicated admin --no-tty node-drain`",
    });
  });
});

describe("reads", () => {
  it.each(["appStatus", "systemStatus", "appConfig", "licenceExpiry", "activeWork", "selfCheck", "diskFree"] as const)(
    "%s does not make an answer out of garbage",
    async (ask) => {
      const asking = tfeThatSays({ stdout: "Segmentation fault (core dumped)" })[ask](NODE);
      await expect(asking).rejects.toMatchObject({ code: "NODE_ANSWER_UNREADABLE" });
    },
  );

  it("do not take the output of a command that failed for an answer", async () => {
    const asking = tfeThatSays({ exitCode: 1, stdout: APP_STATUS, stderr: "Error: no daemon" }).appStatus(NODE);
    await expect(asking).rejects.toMatchObject({
      code: "NODE_ANSWER_UNREADABLE",
      detail: "i-0a: exit status 1 (Error: no daemon) from `/usr/local/bin/replicatedctl app status --output json`",
    });
  });

  it("name the script of the settings, and quote neither it nor what it printed", async () => {
    const stdout = "now # enc_password hunter2\nnow .\n";
    const error: unknown = await tfeThatSays({ stdout, stderr: "jq is not installed\n", exitCode: 3 })
      .appConfig(NODE)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "NODE_ANSWER_UNREADABLE",
      detail: "i-0a: exit status 3 (jq is not installed) from `sh (settings)`",
    });
  });

  it.each(["appConfig", "licenceExpiry"] as const)(
    "never quote what %s printed, not where it failed either",
    async (ask) => {
      for (const exitCode of [0, 1]) {
        const stdout = '{"enc_password":{"value":"hunter2"}';
        const error: unknown = await tfeThatSays({ stdout, exitCode })
          [ask](NODE)
          .catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: "NODE_ANSWER_UNREADABLE" });
        expect(String(error)).not.toContain("hunter2");
      }
    },
  );

  it("tell what a command that failed printed, where it said nothing on standard error", async () => {
    const asking = tfeThatSays({ exitCode: 1, stdout: "This account is currently not available.\n" }).diskFree(NODE);
    await expect(asking).rejects.toMatchObject({
      detail: expect.stringContaining("exit status 1 (This account is currently not available.) from `df") as string,
    });
  });

  it("pass on that the node could not be asked", async () => {
    const shell: NodeShell = { run: () => Promise.reject(new Error("no way there")) };
    await expect(replicated(shell).appStatus(NODE)).rejects.toThrow("no way there");
  });
});

describe("selfCheck", () => {
  it.each([
    ["an answer", { stdout: "OK\n200" }, { status: 200, body: "OK" }],
    ["nobody", { stdout: "\n000", exitCode: 7 }, { status: 0, body: "" }],
    ["an answer that broke off", { stdout: '{"postgres"\n200', exitCode: 28 }, { status: 0, body: '{"postgres"' }],
  ])("reports %s", async (_what, result, expected) => {
    expect(await tfeThatSays(result).selfCheck(NODE)).toEqual(expected);
  });
});

describe("healthCheck", () => {
  it("is healthy when it says so and ended well", async () => {
    expect((await tfeThatSays({ stdout: HEALTHY, stderr: "stray line\n" }).healthCheck(NODE)).failed).toEqual([]);
  });

  it("finds the missing script on either stream", async () => {
    const line = "sh: /root/ptfe-health-check: not found\n";
    const failed = [{ name: "health-check command", detail: "missing: sh: /root/ptfe-health-check: not found" }];
    for (const result of [{ stdout: line }, { stderr: line }]) {
      expect(await tfeThatSays({ exitCode: 127, ...result }).healthCheck(NODE)).toEqual({ passed: [], failed });
    }
  });
});

it("counts a site's own worker images", async () => {
  const stdout = "acme/worker:7 a\nhashicorp/tfc-agent:now b\n";
  expect(await tfeThatSays({ stdout }, ["acme/worker"]).activeWork(NODE)).toBe(1);
  expect(await tfeThatSays({ stdout: `now .\n${stdout}` }).activeWork(NODE)).toBe(2);
});

describe("setAppConfig", () => {
  it("sends the vendor's command, the value as one word", async () => {
    await tfeThatSays({}).setAppConfig(NODE, "tls_ciphers", "A; rm -rf /");
    const command = ["/usr/local/bin/replicated", "admin", "--no-tty", "app-config"];
    expect(sent.map(({ argv }) => argv)).toEqual([[...command, "-k", "tls_ciphers", "-v", "A; rm -rf /"]]);
  });

  it("asks Replicated itself where the application does not run, and says when that fails, too", async () => {
    const setting = tfeThatSays({ exitCode: 1, stderr: "Error: the application is not running" });
    await expect(setting.setAppConfig(NODE, "capacity_concurrency", "10")).rejects.toMatchObject({
      code: "NODE_COMMAND_FAILED",
    });
    expect(sent.at(-1)?.argv.join(" ")).toBe(
      "/usr/local/bin/replicatedctl app-config set capacity_concurrency --value 10",
    );
  });
});
