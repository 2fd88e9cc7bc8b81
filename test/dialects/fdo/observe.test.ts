import { type Answer, DRAINING, FAILED_LOG, FakeNode, ID, NODE, OTHER_ID, READY, REPOSITORY, WELL } from "./fakeNode";

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
