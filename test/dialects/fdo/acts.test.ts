import type { Release } from "../../../orchestration/domain/release";
import { type Answer, DRAINING, FakeNode, ID, NODE, OTHER_ID, READY, RELEASE, REPOSITORY } from "./fakeNode";

describe("a drain", () => {
  it("is believed when the node no longer says that it is ready", async () => {
    let looks = 0;
    const node = new FakeNode().say({ readiness: () => ((looks += 1) < 4 ? READY : DRAINING) });
    await node.tfe.drain(NODE);
    expect(node.asked("sleep")).toBe(3);
  });

  it("is not believed of a node that goes on saying that it is ready, or says nothing", async () => {
    for (const readiness of [READY, { stdout: "\n000", exitCode: 7 }, "\n404", "<html>\n503"]) {
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
    const node = new FakeNode().say({ readiness: DRAINING, systemctl: "", script: "" });
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
