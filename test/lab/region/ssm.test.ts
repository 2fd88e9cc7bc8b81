import type { SsmCommand } from "../../../lab/region/model";
import { type LabEstate, estate, giveJob, NO_JOBS, script, started } from "../estate";

const DRAIN = "/usr/local/bin/replicated admin --no-tty node-drain";

function send(lab: LabEstate, commands: string[], executionTimeoutSeconds = 3600): SsmCommand {
  return lab.region.sendCommand({
    instanceIds: lab.members().map(({ id }) => id),
    commands,
    documentName: "AWS-RunShellScript",
    comment: "test",
    executionTimeoutSeconds,
    deliveryTimeoutSeconds: 600,
  });
}

function statuses(command: SsmCommand): string[] {
  return command.invocations.map(({ status }) => status);
}

function drainingWithWork(): LabEstate {
  const lab = started({ text: script(781), timings: NO_JOBS });
  giveJob(lab.region.state, lab.member(), 7200);
  return lab;
}

describe("SSM Run Command", () => {
  test("pending, in progress, then what the script's last command came to", () => {
    const lab = started({ count: 2, timings: NO_JOBS });
    const command = send(lab, ["false", "/usr/local/bin/replicatedctl system status"]);
    expect(statuses(command)).toEqual(["Pending", "Pending"]);
    lab.pass(1);
    expect(statuses(command)).toEqual(["InProgress", "InProgress"]);
    lab.pass(1);
    expect(statuses(command)).toEqual(["Success", "Success"]);
    const execs = lab.region.state.execs.filter(({ id }) => command.invocations.some(({ execId }) => execId === id));
    expect(execs.map(({ result }) => result?.stdout)).toEqual(
      Array.from({ length: 2 }, () => '{"Replicated":"ready","Retraced":"ready"}\n'),
    );

    const failing = send(lab, ["true", "false"]);
    lab.pass(2);
    expect(statuses(failing)).toEqual(["Failed", "Failed"]);
  });

  test("an instance whose agent is not connected is refused", () => {
    const lab = estate({ timings: NO_JOBS });
    lab.pass(30);
    expect(() => send(lab, ["true"])).toThrow(expect.objectContaining({ code: "InvalidInstanceId" }) as Error);
  });

  test("an instance that goes before delivery is undeliverable", () => {
    const lab = started({ timings: NO_JOBS });
    const command = send(lab, ["true"]);
    lab.region.terminateInstances([lab.member().id]);
    lab.pass(2);

    expect(command.invocations).toEqual([
      { instanceId: expect.any(String) as string, execId: undefined, status: "Undeliverable" },
    ]);
  });

  test("a drain that outlives the execution timeout is timed out, and goes on on the node", () => {
    const lab = drainingWithWork();
    const command = send(lab, [DRAIN], 3600);
    lab.pass(3600);
    expect(statuses(command)).toEqual(["InProgress"]);
    lab.pass(1);
    expect(statuses(command)).toEqual(["TimedOut"]);
    expect(lab.region.state.execs[0]?.result?.exitCode).toBe(137);
    expect(lab.member().node.phase).toBe("draining");
    lab.pass(3600);
    expect(lab.member().node.phase).toBe("drained");
  });

  test("from an instance that goes meanwhile nothing comes until the time is over", () => {
    const lab = drainingWithWork();
    lab.region.suspendProcesses("tfe", undefined);
    const command = send(lab, [DRAIN], 600);
    lab.pass(10);
    lab.region.terminateInstances([lab.member().id]);
    lab.pass(590);
    expect(statuses(command)).toEqual(["InProgress"]);
    lab.pass(1);
    expect(statuses(command)).toEqual(["TimedOut"]);
  });

  test("cancelling ends what has not ended", () => {
    const lab = drainingWithWork();
    const command = send(lab, [DRAIN]);
    lab.pass(10);
    lab.region.cancelCommand(command.id);
    expect(statuses(command)).toEqual(["Cancelled"]);
    lab.pass(10);
    expect(statuses(command)).toEqual(["Cancelled"]);
    expect(() => lab.region.cancelCommand("none")).toThrow(
      expect.objectContaining({ code: "InvalidCommandId" }) as Error,
    );
  });

  test("a command is kept an hour", () => {
    const lab = started({ timings: NO_JOBS });
    send(lab, ["true"]);
    lab.pass(3600);
    expect(lab.region.state.ssmCommands).toHaveLength(1);
    expect(lab.region.state.execs).toHaveLength(1);
    lab.pass(2);
    expect(lab.region.state.ssmCommands).toEqual([]);
  });

  test("only shell scripts are known", () => {
    const lab = started({ timings: NO_JOBS });
    expect(() =>
      lab.region.sendCommand({
        instanceIds: [],
        commands: [],
        documentName: "AWS-UpdateSSMAgent",
        executionTimeoutSeconds: 1,
        deliveryTimeoutSeconds: 30,
      }),
    ).toThrow(expect.objectContaining({ code: "InvalidDocument" }) as Error);
  });
});
