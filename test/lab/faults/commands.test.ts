import type { SsmCommand } from "../../../lab/region/model";
import { isKnown } from "../../../lab/region/ssm";
import { type LabEstate, giveJob } from "../estate";
import { did, DRAIN, faulty, newest, theFault, toOne } from "./support";

function sent(lab: LabEstate, { index = 0, command = "hostname", seconds = 60 } = {}): SsmCommand {
  return lab.region.sendCommand({
    instanceIds: [lab.member(index).id],
    commands: [command],
    documentName: "AWS-RunShellScript",
    executionTimeoutSeconds: seconds,
    deliveryTimeoutSeconds: 60,
  });
}

const statusOf = ({ invocations }: SsmCommand): string => invocations[0]?.status ?? "";

/** What became of a command after ten seconds. */
function send(lab: LabEstate, index = 0): string {
  const command = sent(lab, { index });
  lab.pass(10);
  return statusOf(command);
}

describe("the way of a command to a node", () => {
  test("command-undelivered: one command is taken and not delivered, the next one is", () => {
    const lab = faulty([{ fault: "command-undelivered", when: "now" }]);
    expect([send(lab, 1), send(lab), send(lab)]).toEqual(["Success", "Undeliverable", "Success"]);
  });

  test("command-expires: one command is never fetched and times out after its delivery's time, the next one is", () => {
    const lab = faulty([{ fault: "command-expires", when: "now" }]);
    const command = sent(lab);
    lab.pass(59);
    expect(statusOf(command)).toBe("Delayed");
    lab.pass(1);
    expect(command.invocations).toMatchObject([{ status: "TimedOut", execId: undefined }]);
    expect(send(lab)).toBe("Success");
    expect(did(lab, "command-expires")).toEqual(["a command to i was not fetched"]);
  });

  test("command-cut-off: a long command is ended after a minute, while the node drains on; a short one is left alone", () => {
    const lab = faulty([{ fault: "command-cut-off", when: "now" }]);
    giveJob(lab.region.state, lab.member(), 600);
    expect(send(lab)).toBe("Success");
    const drain = sent(lab, { command: DRAIN, seconds: 172_800 });
    lab.pass(60);
    expect(statusOf(drain)).toBe("InProgress");
    lab.pass(2);
    expect(statusOf(drain)).toBe("TimedOut");
    expect(lab.member().node.phase).toBe("draining");
    const again = sent(lab, { command: DRAIN, seconds: 172_800 });
    lab.pass(600);
    expect(statusOf(again)).toBe("Success");
    expect(lab.member().node.phase).toBe("drained");
  });

  test("invocation-late: nothing is known of a command for five seconds", () => {
    const lab = faulty(["invocation-late"]);
    const command = sent(lab);
    lab.pass(4);
    expect(isKnown(lab.region.state, command)).toBe(false);
    lab.pass(1);
    expect(isKnown(lab.region.state, command)).toBe(true);
    expect(statusOf(command)).toBe("Success");
  });

  test("agent-late: the first new node cannot be commanded for ten minutes, and starts meanwhile", () => {
    const lab = faulty(["agent-late"]);
    toOne(lab);
    expect(theFault(lab, "agent-late")).toMatchObject({ status: "active", subject: newest(lab).id });
    lab.pass(590);
    expect(newest(lab).node.phase).toBe("started");
    expect(() => send(lab)).toThrow("not in a valid state");
    lab.pass(20);
    expect(send(lab)).toBe("Success");
  });
});
