import type { NodeAddress } from "../../../orchestration/ports/nodeShell";
import { replicated } from "../../../orchestration/dialects/replicated/commands";

const NODE: NodeAddress = { instanceId: "i-1", privateIp: "10.0.1.7" };
const ID = "4f1d0c3b2a19";

interface Answers {
  readonly containers: string;
  readonly inspected?: string;
  readonly settings?: string;
}

/** A node that answers docker and the settings script; and what it was asked. */
function nodeWith({ containers, inspected, settings = "now .\n" }: Answers) {
  const asked: string[] = [];
  const work = replicated({
    run(_, [program = "", verb = "", ...rest]) {
      asked.push(program === "sh" ? "settings" : verb);
      const stdout = program === "sh" ? settings : verb === "inspect" ? inspected : containers;
      if (verb === "inspect") asked.push(...rest.slice(2));
      return Promise.resolve({ exitCode: stdout === undefined ? 1 : 0, stdout: stdout ?? "", stderr: "" });
    },
  });
  return { work, asked };
}

test("an image that a setting of the node names executes runs, and is asked for once", async () => {
  const settings = 'now = custom_agent_image_tag "datadog/agent:runs"\nnow - custom_image_tag\nnow .\n';
  const { work, asked } = nodeWith({
    containers: `${ID} datadog/agent:runs a\n`,
    settings,
  });
  expect(await work.activeWork(NODE)).toBe(1);
  expect(await work.activeWork(NODE)).toBe(1);
  expect(await work.unknownWork(NODE)).toEqual([]);
  expect(asked.filter((what) => what === "settings")).toHaveLength(1);
});

test("work that cannot be told apart is not counted as none: settings that cannot be read are a failure", async () => {
  const { work } = nodeWith({ containers: `${ID} datadog/agent:7 a\n`, settings: "no such command" });
  await expect(work.activeWork(NODE)).rejects.toMatchObject({ code: "NODE_ANSWER_UNREADABLE" });
});

test("an image that has lost its name is looked up by its container", async () => {
  const { work, asked } = nodeWith({
    containers: `${ID} sha256:0123456789ab a\n5f1d0c3b2a19 0123456789ab b\n`,
    inspected: `${ID.padEnd(64, "0")} 10.0.1.7:9874/hashicorp-ptfe-atlas:6b3c0de\n${"5f1d0c3b2a19".padEnd(64, "0")} acme/run:1\n`,
  });
  expect(await work.activeWork(NODE)).toBe(1);
  expect(await work.unknownWork(NODE)).toEqual(["acme/run:1 (b)"]);
  expect(asked).toEqual(expect.arrayContaining([ID, "5f1d0c3b2a19"]));
});

test("one that cannot be looked up counts", async () => {
  const { work } = nodeWith({ containers: `${ID} 0123456789ab a\n` });
  expect(await work.activeWork(NODE)).toBe(1);
  expect(await work.unknownWork(NODE)).toEqual(["0123456789ab (a)"]);
});
