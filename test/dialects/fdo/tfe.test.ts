import { FDO } from "../../../orchestration/dialects/fdo";
import type { DialectOptions } from "../../../orchestration/dialects/dialect";
import type { CommandResult, NodeShell } from "../../../orchestration/ports/nodeShell";
import type { Release } from "../../../orchestration/domain/release";
import type { Tfe } from "../../../orchestration/ports/tfe";

const NODE = { instanceId: "i-0a", privateIp: "192.0.2.1" };
const ID = "84ebea16aab1".padEnd(64, "0");
const OTHER_ID = "0f".repeat(32);
const REPOSITORY = "images.releases.hashicorp.com/hashicorp/terraform-enterprise";
const RELEASE = "1.2.2" as Release;

const READY = `{"node":"84ebea16aab1","status":"OK","checks":[{"check":"atlas","status":"OK"}]}\n200`;
const DRAINING = `{"node":"84ebea16aab1","status":"DRAINING","checks":[{"check":"atlas","status":"OK"}]}\n503`;
const WELL =
  '[{"node":"a","status":"OK","checks":[{"group":"redis","status":"OK","checks":[{"name":"connection","status":"OK"}]}]}]';
const FAILED_LOG =
  '[ERROR] terraform-enterprise: check failed: name=license duration="1µs" err="failed parsing license"\n' +
  '[ERROR] terraform-enterprise: the following startup checks failed: checks=["license"]\n';

type Answer = string | Partial<CommandResult> | (() => string | Partial<CommandResult>);

/** A node that is well; each of its answers can be another one. `sent` has what it was asked. */
class FakeNode {
  readonly sent: string[] = [];
  /** By the word that tells the command. */
  readonly answers: Record<string, Answer> = {
    ps: `${ID} running ${REPOSITORY}:1.2.2 terraform-enterprise\n`,
    inspect: `${ID} 0 running 0 ${REPOSITORY}:1.2.2\n`,
    version: "1.2.2\n",
    readiness: READY,
    ping: { exitCode: 22 },
    health_check: { stdout: "\n410" },
    diagnostics: WELL,
    status: "",
    logs: "",
    systemctl: "LoadState=not-found\nActiveState=inactive\n",
    tail: { exitCode: 1 },
    sleep: "",
    drain: "",
    settings: "now .\n",
  };
  readonly tfe: Tfe;

  constructor(options: DialectOptions = {}) {
    const shell: NodeShell = {
      run: (_, argv) => {
        const line = argv[0] === "sh" ? `sh ${argv.slice(3).join(" ")}` : argv.join(" ");
        this.sent.push(line);
        const answer = this.answers[wordOf(line)] ?? { exitCode: 127, stderr: "not found" };
        const said = typeof answer === "function" ? answer() : answer;
        const result = typeof said === "string" ? { stdout: said } : said;
        return Promise.resolve({ exitCode: 0, stdout: "", stderr: "", ...result });
      },
    };
    this.tfe = FDO.node(shell, { hostname: "tfe.example.com", ...options });
  }

  say(answers: Record<string, Answer>): this {
    Object.assign(this.answers, answers);
    return this;
  }

  asked(word: string): number {
    return this.sent.filter((line) => wordOf(line) === word).length;
  }

  async unmet(release: string = RELEASE): Promise<readonly string[]> {
    const answers = await this.tfe.observe({ made: true, value: NODE });
    return answers.conditions(release as Release).flatMap(({ id = "", held }) => (held ? [] : [id]));
  }
}

const WORDS: readonly (readonly [pattern: RegExp, word: string])[] = [
  [/ ps /, "ps"],
  [/^(?:docker|podman) inspect /, "inspect"],
  [/tfectl app version$/, "version"],
  [/api\/v1\/health\/readiness/, "readiness"],
  [/_health_check/, "health_check"],
  [/api\/v2\/ping/, "ping"],
  [/app diagnostics/, "diagnostics"],
  [/app status$/, "status"],
  [/node drain$/, "drain"],
  [/ logs /, "logs"],
  [/^sh fdo-settings /, "settings"],
  [/^sh (\S+)/, "script"],
];
const wordOf = (line: string): string =>
  WORDS.find(([pattern]) => pattern.test(line))?.[1] ?? line.split(" ").find((word) => /^\w+$/.test(word)) ?? "";

describe("what is sent", () => {
  it("is the vendor's commands, word by word, the application's host asked on the node itself", async () => {
    const node = new FakeNode();
    await node.unmet();
    expect(node.sent).toEqual([
      "docker ps --all --no-trunc --format {{.ID}} {{.State}} {{.Image}} {{.Names}}",
      `docker inspect --format {{.Id}} {{.RestartCount}} {{.State.Status}} {{.State.ExitCode}} {{.Config.Image}} ${ID}`,
      `docker exec ${ID} /usr/local/bin/tfectl app version`,
      "curl -ks --max-time 35 --resolve tfe.example.com:443:127.0.0.1 -H Accept: application/json -w \\n%{http_code} " +
        "https://tfe.example.com/api/v1/health/readiness?timeout=30",
      `docker exec ${ID} /usr/local/bin/tfectl app diagnostics --json --timeout 60`,
    ]);
  });

  it("goes to the stack's runtime, and never asks for the container's whole configuration", async () => {
    const node = new FakeNode({ containerRuntime: "podman" });
    await node.unmet();
    await node.tfe.diskFree(NODE).catch(() => undefined);
    expect(node.sent.filter((line) => line.includes("docker"))).toEqual([]);
    expect(node.sent.at(-1)).toBe("df -B1 --output=avail /var/lib/containers");
    expect(node.sent.filter((line) => /Config\.Env|\{\{json/.test(line))).toEqual([]);
  });

  it("asks an image's version once a container", async () => {
    const node = new FakeNode();
    await node.unmet();
    await node.unmet();
    expect(node.asked("version")).toBe(1);
  });

  it("begins a drain apart from the connection, on this node only", async () => {
    const node = new FakeNode().say({ readiness: DRAINING });
    await node.tfe.drain(NODE);
    expect(node.sent).toContain(`docker exec --detach ${ID} /usr/local/bin/tfectl node drain`);
  });
});

describe("the gate", () => {
  it("passes a node that is well", async () => {
    expect(await new FakeNode().unmet()).toEqual([]);
  });

  it.each<[string, Record<string, Answer>, readonly string[]]>([
    ["another release", { version: "1.2.1\n" }, ["release"]],
    ["a node that drains", { readiness: DRAINING }, ["ready", "diagnostics"]],
    ["a redirect", { readiness: "\n301" }, ["ready", "diagnostics"]],
    ["200 without the word", { readiness: "<html>login</html>\n200" }, ["ready"]],
    ["an answer that broke off", { readiness: { stdout: READY, exitCode: 28 } }, ["ready", "diagnostics"]],
    ["diagnostics that fail", { diagnostics: WELL.replaceAll('"OK"', '"ERROR"') }, ["diagnostics"]],
    ["diagnostics that do not end", { diagnostics: { exitCode: 1, stdout: WELL } }, ["diagnostics"]],
    ["no container", { ps: "" }, ["container-running", "no-restart", "ready", "release", "diagnostics"]],
    ["no runtime", { ps: { exitCode: 127 } }, ["container-running", "no-restart", "ready", "release", "diagnostics"]],
  ])("does not pass %s", async (_what, answers, unmet) => {
    expect(await new FakeNode().say(answers).unmet()).toEqual(unmet);
  });

  it("does not pass a container that began anew since it was last looked at", async () => {
    const node = new FakeNode();
    let count = 2;
    node.say({ inspect: () => `${ID} ${count} running 0 ${REPOSITORY}:1.2.2\n` });
    expect(await node.unmet()).toEqual([]);
    count = 3;
    expect(await node.unmet()).toEqual(["no-restart"]);
    expect(await node.unmet()).toEqual([]);
  });

  it("asks the old health check of a release before 1.2, and its status command", async () => {
    const node = new FakeNode().say({ version: "1.1.4\n", health_check: '{"postgres":"UP"}\n200' });
    expect(await node.unmet("1.1.4")).toEqual([]);
    expect(node.asked("readiness") + node.asked("diagnostics")).toBe(0);
    expect(await node.say({ status: { exitCode: 1 } }).unmet("1.1.4")).toEqual(["diagnostics"]);
  });

  it("knows the release of an image with a tag, and of the first ones by a header, where no command says it", async () => {
    const old = { version: { exitCode: 1 }, health_check: "OK\n200" };
    const tagged = new FakeNode().say({ ...old, inspect: `${ID} 0 running 0 ${REPOSITORY}:v202406-1\n` });
    expect(await tagged.unmet("v202406-1")).toEqual([]);
    const inspect = `${ID} 0 running 0 ${REPOSITORY}@sha256:${"1".repeat(64)}\n`;
    const pinned = new FakeNode().say({ ...old, inspect, ping: "HTTP/2 204\r\nx-tfe-version: v202406-1\r\n" });
    expect(await pinned.unmet("v202406-1")).toEqual([]);
    // A later release that has lost its command names a month that is not its own.
    const later = new FakeNode().say({ ...old, inspect, ping: "x-tfe-version: v202507-1\n", readiness: READY });
    expect(await later.unmet("v202507-1")).toContain("release");
  });
});

describe("what will not start by itself", () => {
  const failureOf = async (answers: Record<string, Answer>): Promise<string | undefined> =>
    (await new FakeNode().say(answers).tfe.observe({ made: true, value: NODE })).failure;
  const down = { readiness: "\n000" };

  it.each(["running", "restarting", "exited"])("a failed startup check, in a container that is %s", async (state) => {
    const inspect = `${ID} 4 ${state} 1 ${REPOSITORY}:1.2.2\n`;
    const expected = "startup checks failed: license: failed parsing license";
    expect(await failureOf({ ...down, inspect, logs: FAILED_LOG })).toBe(expected);
    expect(await failureOf({ ...down, inspect, logs: { stderr: FAILED_LOG } })).toBe(expected);
  });

  it("a first boot that gave up", async () => {
    const tail =
      "2026-11-27T01:01:00Z FAILED: the image could not be pulled: this node will not start Terraform Enterprise\n";
    expect(await failureOf({ ps: "", tail })).toMatch(/^the first boot gave up: the image could not be pulled/);
    expect(await failureOf({ ps: "", tail, systemctl: "LoadState=loaded\nActiveState=inactive\n" })).toBeUndefined();
  });

  it.each<[string, Record<string, Answer>]>([
    ["a node that is still starting", { ...down, logs: "check passed: name=database\n" }],
    [
      "two releases that were alive at once",
      {
        ...down,
        logs: FAILED_LOG.replaceAll("license", "upgrade").replace("failed parsing upgrade", "found live nodes"),
      },
    ],
    ["a log that cannot be read", { ...down, logs: { exitCode: 1 } }],
    ["a node that is well, whatever its log says", { logs: FAILED_LOG }],
    ["a node without a container, and without a log", { ps: "" }],
  ])("is not %s", async (_what, answers) => {
    expect(await failureOf(answers)).toBeUndefined();
  });
});

describe("the state", () => {
  it.each<[string, Record<string, Answer>, string]>([
    ["started", {}, "started"],
    ["drained", { readiness: DRAINING }, "started"],
    ["starting", { readiness: "\n502" }, "starting"],
    ["in a crash loop", { inspect: `${ID} 4 restarting 1 ${REPOSITORY}:1.2.2\n` }, "starting"],
    ["ended badly", { inspect: `${ID} 4 exited 1 ${REPOSITORY}:1.2.2\n` }, "failed"],
    ["stopped", { inspect: `${ID} 0 exited 0 ${REPOSITORY}:1.2.2\n` }, "stopped"],
    ["down", { ps: "", systemctl: "LoadState=loaded\nActiveState=inactive\n" }, "stopped"],
    ["not installed", { ps: "" }, "absent"],
    ["paused", { inspect: `${ID} 0 paused 0 ${REPOSITORY}:1.2.2\n` }, "unknown"],
  ])("%s", async (_what, answers, state) => {
    const { tfe } = new FakeNode().say(answers);
    expect(await tfe.state(NODE)).toBe(state);
    const observed = await tfe.observe({ made: true, value: NODE });
    expect(observed).toMatchObject({ state, inTransition: state === "starting" });
  });

  it("is not made up where two containers run the application", async () => {
    const ps = `${ID} running ${REPOSITORY}:1.2.2 a\n${OTHER_ID} running ${REPOSITORY}:2.0.0 b\n`;
    await expect(new FakeNode().say({ ps }).tfe.state(NODE)).rejects.toMatchObject({ code: "NODE_ANSWER_UNREADABLE" });
  });
});

describe("a drain", () => {
  it("is believed when the node no longer says that it is ready", async () => {
    let looks = 0;
    const node = new FakeNode().say({ readiness: () => ((looks += 1) < 4 ? READY : DRAINING) });
    await node.tfe.drain(NODE);
    expect(node.asked("sleep")).toBe(3);
  });

  it("is not believed of a node that goes on saying that it is ready, or says nothing", async () => {
    for (const readiness of [READY, { stdout: "\n000", exitCode: 7 }]) {
      const node = new FakeNode().say({ readiness });
      await expect(node.tfe.drain(NODE)).rejects.toMatchObject({
        code: "NODE_COMMAND_FAILED",
        detail: "i-0a: it was told to drain, and still says that it is ready for work",
      });
    }
  });

  it("cannot be seen of a release before 1.2: the end of its runs alone shows it", async () => {
    const node = new FakeNode().say({ version: "1.1.4\n", health_check: "OK\n200" });
    await node.tfe.drain(NODE);
    expect(node.asked("sleep")).toBe(0);
  });

  it("fails where the application does not run, or the command does not begin", async () => {
    for (const answers of [{ ps: "" }, { drain: { exitCode: 1, stderr: "Error: no such container" } }])
      await expect(new FakeNode().say(answers).tfe.drain(NODE)).rejects.toMatchObject({ code: "NODE_COMMAND_FAILED" });
  });

  it.each([
    ["began anew", `${ID} 1 running 0 ${REPOSITORY}:1.2.2\n`],
    ["was made anew", `${OTHER_ID} 0 running 0 ${REPOSITORY}:1.2.2\n`],
  ])("is over where the container %s: an idle moment is no proof then", async (_what, inspect) => {
    const node = new FakeNode().say({ readiness: DRAINING });
    await node.tfe.drain(NODE);
    expect(await node.tfe.activeWork(NODE)).toBe(0);
    node.say({ inspect });
    await expect(node.tfe.activeWork(NODE)).rejects.toMatchObject({ code: "NODE_COMMAND_FAILED" });
  });

  it("is forgotten when the node is stopped or started on purpose", async () => {
    const node = new FakeNode().say({ readiness: DRAINING, systemctl: "" });
    await node.tfe.drain(NODE);
    await node.tfe.start(NODE);
    node.say({ inspect: `${OTHER_ID} 0 running 0 ${REPOSITORY}:1.2.2\n` });
    expect(await node.tfe.activeWork(NODE)).toBe(0);
  });
});

describe("work", () => {
  const agent = `${OTHER_ID} running`;

  it("is what a setting of the node names, even if it looks like an agent of the machine", async () => {
    const node = new FakeNode();
    node.say({
      ps: `${node.answers["ps"] as string}${agent} datadog/agent:runs x\n`,
      settings: 'now = TFE_RUN_PIPELINE_IMAGE "datadog/agent:runs"\nnow .\n',
    });
    expect(await node.tfe.activeWork(NODE)).toBe(1);
    expect(await node.tfe.unknownWork(NODE)).toEqual([]);
    expect(node.asked("settings")).toBe(1);
  });

  it("by an image that has lost its name is looked up, and counts where that fails", async () => {
    const node = new FakeNode();
    node.say({ ps: `${node.answers["ps"] as string}${agent} 0123456789ab x\n` });
    expect(await node.tfe.unknownWork(NODE)).toEqual(["0123456789ab (x)"]);
    node.say({ inspect: `${OTHER_ID} hashicorp/tfc-agent:now\n${ID} 0 running 0 ${REPOSITORY}:1.2.2\n` });
    expect(await node.tfe.activeWork(NODE)).toBe(1);
    expect(await node.tfe.unknownWork(NODE)).toEqual([]);
  });

  it("that cannot be read is not none", async () => {
    for (const answers of [{ settings: { exitCode: 3 } }, { ps: { exitCode: 1 } }, { ps: "no daemon" }])
      await expect(new FakeNode().say(answers as Record<string, Answer>).tfe.activeWork(NODE)).rejects.toMatchObject({
        code: "NODE_ANSWER_UNREADABLE",
      });
  });
});

describe("before the outage", () => {
  it("fetches the release by its tag, and tells the digest", async () => {
    const digest = `sha256:${"ab".repeat(32)}`;
    const node = new FakeNode({ licenseSecretArn: "arn:licence" }).say({
      script: JSON.stringify({ digest, seconds: 41 }),
    });
    expect(await node.tfe.fetch(NODE, "2.0.5" as Release)).toEqual({ digest, seconds: 41 });
    expect(node.sent.at(-1)).toMatch(new RegExp(`^sh fdo-fetch docker ${REPOSITORY}:2\\.0\\.5 licence  +arn:licence `));
  });

  it("says what the node said where that fails", async () => {
    const stderr = "Error response from daemon: unauthorized: licence expired\n";
    await expect(
      new FakeNode().say({ script: { exitCode: 1, stderr } }).tfe.fetch(NODE, RELEASE),
    ).rejects.toMatchObject({
      code: "NODE_COMMAND_FAILED",
      detail: "i-0a: exit status 1 (Error response from daemon: unauthorized: licence expired) from `sh (fdo-fetch)`",
    });
  });

  it("has an upgrade checked from 2.0 on, by the image of the target", async () => {
    const node = new FakeNode().say({ script: '{"exitCode":2,"output":"no database"}' });
    expect(await node.tfe.upgradeCheck(NODE, RELEASE)).toBeUndefined();
    expect(node.sent).toEqual([]);
    expect((await node.tfe.upgradeCheck(NODE, "2.0.5" as Release))?.verdict).toBe("could not run");
    expect(node.sent.at(-1)).toContain(
      `sh fdo-preupgrade-check docker ${ID} ${REPOSITORY}:2.0.5 tfe-repave-preupgrade-check`,
    );
  });
});

it("a node does not take a change of its settings", async () => {
  const node = new FakeNode();
  await expect(node.tfe.setSetting(NODE, "TFE_CAPACITY_CPU", "4")).rejects.toMatchObject({
    code: "SETTING_NEEDS_REPAVE",
    detail: "change TFE_CAPACITY_CPU in `tfe:environment` of the stack file",
  });
  expect(node.sent).toEqual([]);
});

it("never quotes what a script or the licence printed", async () => {
  const node = new FakeNode().say({
    settings: { stdout: "hunter22", exitCode: 1 },
    license: { stdout: "hunter22", exitCode: 1 },
  });
  for (const ask of [node.tfe.settings(NODE), node.tfe.licenceEnds(NODE), node.tfe.settingsSinceBuild(NODE)]) {
    const error: unknown = await ask.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "NODE_ANSWER_UNREADABLE" });
    expect(String(error)).not.toContain("hunter22");
  }
});
