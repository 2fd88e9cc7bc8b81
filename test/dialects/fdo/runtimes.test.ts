import { FDO } from "../../../orchestration/dialects/fdo";
import type { CommandResult, NodeShell } from "../../../orchestration/ports/nodeShell";
import { ID, NODE, OTHER_ID, REPOSITORY } from "./fakeNode";

const ABSENT: CommandResult = { exitCode: 127, stdout: "", stderr: "not found" };
const said = (stdout: string): CommandResult => ({ exitCode: 0, stdout, stderr: "" });
const AGENT = `${OTHER_ID} running hashicorp/tfc-agent:now agent\n`;
const APPLICATION = `${ID} running ${REPOSITORY}:1.2.2 terraform-enterprise\n`;
const INSPECTED = `${ID} 0 running 0 ${REPOSITORY}:1.2.2\n`;

/** A node on which each runtime lists this. */
function node(lists: { readonly docker?: string; readonly podman?: string }, configured: "docker" | "podman") {
  const sent: string[] = [];
  const shell: NodeShell = {
    run: (_, argv) => {
      const [runtime = "", command] = argv;
      sent.push(argv.slice(0, 2).join(" "));
      // The settings of the application, none of which is set.
      if (runtime === "sh") return Promise.resolve(said("now .\n"));
      const list = runtime === "docker" || runtime === "podman" ? lists[runtime] : undefined;
      if (list === undefined) return Promise.resolve(ABSENT);
      return Promise.resolve(said(command === "ps" ? list : command === "inspect" ? INSPECTED : ""));
    },
  };
  return { sent, tfe: FDO.node(shell, { hostname: "tfe.example.com", containerRuntime: configured }) };
}

it("work is found where it is, whatever the file says", async () => {
  const { sent, tfe } = node({ docker: APPLICATION + AGENT }, "podman");
  expect(await tfe.activeWork(NODE)).toBe(1);
  sent.length = 0;
  await tfe.activeWork(NODE);
  expect(sent.filter((line) => line.startsWith("podman"))).toEqual([]);
});

it("work on a node with both runtimes, whose application is gone, is counted in both", async () => {
  expect(await node({ docker: AGENT, podman: "" }, "podman").tfe.activeWork(NODE)).toBe(1);
  expect(await node({ docker: "", podman: AGENT }, "podman").tfe.activeWork(NODE)).toBe(1);
});

it("a node with the application in the runtime of the file is asked no other", async () => {
  const { sent, tfe } = node({ docker: APPLICATION, podman: "" }, "docker");
  expect(await tfe.activeWork(NODE)).toBe(0);
  expect(sent.filter((line) => line.startsWith("podman"))).toEqual([]);
});

it("a node that has neither cannot be counted, and is not idle", async () => {
  await expect(node({}, "docker").tfe.activeWork(NODE)).rejects.toMatchObject({ code: "NODE_ANSWER_UNREADABLE" });
});
