import { addFaults, checkFaults } from "../../../lab/faults";
import { COMMANDS, replicated } from "../../../orchestration/dialects/replicated/commands";
import { ssmShell } from "../../../orchestration/adapters/nodeShell/ssmShell";
import type { NodeAddress, NodeShell } from "../../../orchestration/ports/nodeShell";
import { serveEstate, type ServedEstate } from "../../lab/servedEstate";

// What Systems Manager does on a bad day, over the wire, and what becomes of a command then.

jest.setTimeout(60_000);

let lab: ServedEstate;
let shell: NodeShell;
let node: NodeAddress;

async function open(speed: number, ...faults: readonly unknown[]): Promise<void> {
  lab = await serveEstate({ count: 1, release: 781, runs: true, speed });
  const { id: instanceId, privateIp } = lab.only();
  node = { instanceId, privateIp };
  shell = ssmShell(lab);
  addFaults(lab.region.state, checkFaults(faults));
}
afterEach(() => lab.close());

const HOUR = 3_600_000;

function giveWork(ms: number): void {
  const { now } = lab.region.state;
  const times = { queuedAt: now, startedAt: now, durationMs: ms, endsAt: now + ms };
  lab.region.state.jobs.push({ id: "run-long", instanceId: node.instanceId, ...times });
}

it("a drain of ten hours is waited for to its end: the document's own hour is not its bound", async () => {
  await open(20_000);
  giveWork(10 * HOUR);
  const began = lab.region.state.now;
  await replicated(shell).drain(node);
  expect(lab.region.state.now - began).toBeGreaterThanOrEqual(10 * HOUR);
  expect(lab.region.state.ssmCommands.map((command) => command.executionTimeoutSeconds)).toEqual([172_800]);
});

it("an invocation that is not known yet is asked for again", async () => {
  await open(20, "invocation-late");
  expect(await replicated(shell).systemStatus(node)).toEqual({ Replicated: "ready", Retraced: "ready" });
  expect(lab.region.state.faults[0]?.struck).toBeGreaterThan(0);
});

it.each([
  ["command-undelivered", "NODE_UNREACHABLE", /SSM says Undeliverable$/],
  [
    "command-expires",
    "NODE_UNREACHABLE",
    /SSM (says DeliveryTimedOut|did not deliver the command \((Delayed|Pending)\))$/,
  ],
])("%s: the node counts as unreachable, and is asked again with success", async (fault, code, detail) => {
  await open(20, { fault, when: "now" });
  const refused = expect.stringMatching(detail) as string;
  await expect(shell.run(node, COMMANDS.systemStatus)).rejects.toMatchObject({ code, detail: refused });
  expect(await shell.run(node, COMMANDS.systemStatus, { timeoutMs: HOUR })).toMatchObject({ exitCode: 0 });
});

it("command-cut-off: a drain that SSM ends has not ended, and the same command goes on with it", async () => {
  await open(1_000, { fault: "command-cut-off", when: "now" });
  giveWork(HOUR);
  await expect(replicated(shell).drain(node)).rejects.toMatchObject({
    code: "NODE_COMMAND_TIMEOUT",
    detail: `${node.instanceId}: SSM ended the command (ExecutionTimedOut)`,
  });
  expect(lab.only().node.phase).toBe("draining");
  await replicated(shell).drain(node);
  expect(lab.only().node.phase).toBe("drained");
});

it("an agent that has not registered yet makes its node unreachable, and no longer than that", async () => {
  await open(20, { fault: "node-unreachable", when: "now" });
  await expect(shell.run(node, COMMANDS.systemStatus)).rejects.toMatchObject({
    code: "NODE_UNREACHABLE",
    detail: `${node.instanceId} is not registered with SSM`,
  });
  lab.region.state.faults.splice(0);
  expect(await shell.run(node, COMMANDS.systemStatus, { timeoutMs: HOUR })).toMatchObject({ exitCode: 0 });
});
