import { ListCommandsCommand } from "@aws-sdk/client-ssm";
import type { AwsClients } from "../../orchestration/adapters/aws/clients";
import { systemClock } from "../../orchestration/adapters/machine/clock";
import { ssmShell } from "../../orchestration/adapters/nodeShell/ssmShell";
import { motoClients } from "./moto";

// The wire only: moto runs nothing, and every command ends well at once with no output.

const node = { instanceId: "i-0123456789abcdef0", privateIp: "10.0.0.1" };
let clients: AwsClients;
beforeAll(() => {
  clients = motoClients();
});
afterAll(() => clients.destroy());

it("a command is sent as one quoted line with its limits, and its result is fetched", async () => {
  const shell = ssmShell({ clients, clock: systemClock() });
  const result = await shell.run(node, ["echo", "it's here", "$HOME"], { timeoutMs: 90_000 });
  expect(result).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  const { Commands: commands } = await clients.ssm.send(new ListCommandsCommand({ InstanceId: node.instanceId }));
  expect(commands).toEqual([
    expect.objectContaining({
      DocumentName: "AWS-RunShellScript",
      // moto sends a command without targets to every other instance as well.
      InstanceIds: expect.arrayContaining([node.instanceId]) as string[],
      TimeoutSeconds: 60,
      Parameters: { commands: [`echo 'it'\\''s here' '$HOME'`], executionTimeout: ["90"] },
    }),
  ]);
});
