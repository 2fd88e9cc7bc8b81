import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  GetParameterCommand,
  ListCommandInvocationsCommand,
  SendCommandCommand,
  type GetCommandInvocationCommandOutput,
} from "@aws-sdk/client-ssm";
import { DEFAULTS } from "../../../lab/region/defaults";
import { bench, type Bench } from "./clients";

describe("Systems Manager through the SDK", () => {
  let lab: Bench;
  let id: string;
  beforeEach(async () => {
    lab = await bench(1);
    lab.untilHealthy();
    id = lab.only().id;
  });
  afterEach(() => lab.close());

  const send = async (command: string): Promise<string> => {
    const { Command } = await lab.ssm.send(
      new SendCommandCommand({
        DocumentName: "AWS-RunShellScript",
        InstanceIds: [id],
        Parameters: { commands: [command], executionTimeout: ["600"] },
      }),
    );
    return Command?.CommandId ?? "";
  };
  const invocation = (CommandId: string): Promise<GetCommandInvocationCommandOutput> =>
    lab.ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: id }));
  const later = (seconds: number): void => lab.region.advance(lab.region.state.now + seconds * 1000);

  it("runs a command and shows its end", async () => {
    const command = await send("/usr/local/bin/replicatedctl app status --output json");
    expect(await invocation(command)).toMatchObject({ Status: "Pending", ResponseCode: -1 });
    later(60);
    const done = await invocation(command);
    expect(done).toMatchObject({ Status: "Success", StatusDetails: "Success", ResponseCode: 0 });
    expect(done.StandardOutputContent).toContain('"Sequence"');
  });

  it("shows a failure with its exit status and what it said", async () => {
    const command = await send("no-such-command");
    later(60);
    expect(await invocation(command)).toMatchObject({ Status: "Failed", ResponseCode: 127 });
  });

  it("cuts standard output at 24,000 characters", async () => {
    const command = await send("true");
    later(60);
    const exec = lab.region.state.execs.at(-1);
    if (!exec?.result) throw new Error("the command has not ended");
    exec.result = { ...exec.result, stdout: "x".repeat(30_000), stderr: "y".repeat(30_000) };
    const done = await invocation(command);
    expect(done.StandardOutputContent).toHaveLength(24_000);
    expect(done.StandardErrorContent).toHaveLength(8_000);
  });

  it("cancels what has not ended", async () => {
    const command = await send("/usr/local/bin/replicated admin --no-tty node-drain");
    later(2);
    await lab.ssm.send(new CancelCommandCommand({ CommandId: command }));
    expect((await invocation(command)).Status).toBe("Cancelled");
  });

  it("lists the invocations of a command with their output", async () => {
    const command = await send("/usr/local/bin/replicatedctl system status");
    later(60);
    const { CommandInvocations } = await lab.ssm.send(
      new ListCommandInvocationsCommand({ CommandId: command, Details: true }),
    );
    expect(CommandInvocations).toMatchObject([
      { InstanceId: id, Status: "Success", CommandPlugins: [{ Name: "aws:runShellScript", ResponseCode: 0 }] },
    ]);
    expect(CommandInvocations?.[0]?.CommandPlugins?.[0]?.Output).toContain("ready");
  });

  it("knows which machines have an agent", async () => {
    const { InstanceInformationList } = await lab.ssm.send(
      new DescribeInstanceInformationCommand({ Filters: [{ Key: "InstanceIds", Values: [id] }] }),
    );
    expect(InstanceInformationList).toMatchObject([{ InstanceId: id, PingStatus: "Online", PlatformType: "Linux" }]);
  });

  it("answers with the service's own errors", async () => {
    await expect(invocation("00000000-0000-0000-0000-000000000000")).rejects.toMatchObject({
      name: "InvocationDoesNotExist",
    });
    const unreachable = new SendCommandCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: ["i-0123456789abcdef0"],
      Parameters: { commands: ["true"] },
    });
    await expect(lab.ssm.send(unreachable)).rejects.toMatchObject({ name: "InvalidInstanceId" });
    await expect(lab.ssm.send(new GetParameterCommand({ Name: "/none" }))).rejects.toMatchObject({
      name: "ParameterNotFound",
    });
  });

  it("gives the parameter that names the newest base image", async () => {
    const { Parameter } = await lab.ssm.send(new GetParameterCommand({ Name: DEFAULTS.imageParameter }));
    expect(Parameter).toMatchObject({ Name: DEFAULTS.imageParameter, Value: DEFAULTS.images.newest });
  });
});
