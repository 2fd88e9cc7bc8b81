import { SSMClient } from "@aws-sdk/client-ssm";
import { scaledClock } from "../../../orchestration/adapters/machine/clock";
import { ssmShell } from "../../../orchestration/adapters/nodeShell/ssmShell";
import type { RunOptions } from "../../../orchestration/ports/nodeShell";
import { type Wire, wire } from "../wire";

// SSM as its API reference describes it, for the answers that the lab does not give.

const NODE = { instanceId: "i-0a", privateIp: "192.0.2.1" };
const clock = scaledClock({ speed: 1_000, realOrigin: 0, labOrigin: 0 });

type Answer = { readonly status?: number } & Record<string, unknown>;

let stub: Wire;
let ssm: SSMClient;
let calls: { action: string; body: Record<string, unknown> }[];
/** Answers of GetCommandInvocation in order; the last one again and again. */
let invocations: Answer[];

beforeAll(async () => {
  stub = await wire(({ action, body }) => {
    calls.push({ action, body: JSON.parse(body) as Record<string, unknown> });
    if (action === "SendCommand") return { status: 200, body: JSON.stringify({ Command: { CommandId: COMMAND } }) };
    if (action === "CancelCommand") return { status: 200, body: "{}" };
    const { status = 200, ...answer } = (invocations.length > 1 ? invocations.shift() : invocations[0]) ?? {};
    return { status, body: JSON.stringify(answer) };
  });
  ssm = new SSMClient({ ...stub.config, maxAttempts: 1 });
});
afterAll(async () => {
  ssm.destroy();
  await stub.close();
});
beforeEach(() => {
  calls = [];
  invocations = [];
});

const COMMAND = "11111111-2222-3333-4444-555555555555";
const SUCCESS = {
  Status: "Success",
  StatusDetails: "Success",
  ResponseCode: 0,
  StandardOutputContent: "out",
  StandardErrorContent: "err",
};
const NOT_THERE = { status: 400, __type: "InvocationDoesNotExist", message: "" };
const THROTTLED = { status: 400, __type: "ThrottlingException", message: "Rate exceeded" };

const run = (argv: readonly string[] = ["true"], options?: RunOptions) =>
  ssmShell({ clients: { ssm }, clock }).run(NODE, argv, options);
const count = (action: string): number => calls.filter((call) => call.action === action).length;

it("sends one quoted line with the timeout in seconds, and a bound on its delivery", async () => {
  invocations = [SUCCESS];
  await run(["echo", "a b;$(id)"], { timeoutMs: 90_500 });
  expect(calls[0]).toEqual({
    action: "SendCommand",
    body: {
      DocumentName: "AWS-RunShellScript",
      InstanceIds: ["i-0a"],
      Parameters: { commands: ["echo 'a b;$(id)'"], executionTimeout: ["91"] },
      TimeoutSeconds: 60,
      Comment: "tfe-repave",
    },
  });
});

it("takes a command for late only when it has asked a few times: this machine may have been suspended, or had no turn", async () => {
  const running = { Status: "InProgress" };
  invocations = [running, running, running, running, SUCCESS];
  // Over before the first answer can be there.
  expect((await run(["true"], { timeoutMs: 1 })).exitCode).toBe(0);
  invocations = [running];
  await expect(run(["true"], { timeoutMs: 1 })).rejects.toMatchObject({ code: "NODE_COMMAND_TIMEOUT" });
  expect(count("CancelCommand")).toBe(1);
});

it("asks for no more than the 48 hours that the document allows", async () => {
  invocations = [SUCCESS];
  await run(["true"], { timeoutMs: 999_999_999 });
  expect(calls[0]?.body["Parameters"]).toMatchObject({ executionTimeout: ["172800"] });
});

it("waits while the invocation is not there yet, pending, delayed or in progress", async () => {
  invocations = [
    NOT_THERE,
    { ...NOT_THERE, __type: "InvalidCommandId" },
    { Status: "Pending" },
    { Status: "Delayed" },
    { Status: "InProgress", ResponseCode: -1 },
    SUCCESS,
  ];
  // An hour is some real seconds here: enough for a busy machine.
  expect(await run(["true"], { timeoutMs: 3_600_000 })).toEqual({ exitCode: 0, stdout: "out", stderr: "err" });
  expect(count("GetCommandInvocation")).toBe(6);
  expect(count("CancelCommand")).toBe(0);
});

it("takes a command that failed with a status for a result", async () => {
  invocations = [{ ...SUCCESS, Status: "Failed", StatusDetails: "Failed", ResponseCode: 3 }];
  expect(await run()).toEqual({ exitCode: 3, stdout: "out", stderr: "err" });
});

it.each([
  ["Failed", "Undeliverable", "NODE_UNREACHABLE"],
  ["Failed", "Terminated", "NODE_UNREACHABLE"],
  ["Failed", "Failed", "NODE_UNREACHABLE"],
  ["TimedOut", "DeliveryTimedOut", "NODE_UNREACHABLE"],
  ["TimedOut", "Delivery Timed Out", "NODE_UNREACHABLE"],
  ["TimedOut", "ExecutionTimedOut", "NODE_COMMAND_TIMEOUT"],
  ["TimedOut", "Execution Timed Out", "NODE_COMMAND_TIMEOUT"],
  ["Cancelled", "Cancelled", "NODE_UNREACHABLE"],
])("takes %s (%s) without a response code for %s, at once", async (Status, StatusDetails, code) => {
  invocations = [{ Status, StatusDetails, ResponseCode: -1 }];
  await expect(run()).rejects.toMatchObject({ code });
  expect(count("GetCommandInvocation")).toBe(1);
});

it("lets a passing trouble of the API pass", async () => {
  invocations = [{ Status: "InProgress" }, ...Array.from({ length: 9 }, () => THROTTLED), SUCCESS];
  expect((await run(["true"], { timeoutMs: 600_000 })).exitCode).toBe(0);
});

it("gives up when the trouble does not pass", async () => {
  invocations = [THROTTLED];
  await expect(run(["true"], { timeoutMs: 600_000 })).rejects.toMatchObject({ code: "AWS_CALL_FAILED" });
  expect(count("GetCommandInvocation")).toBe(10);
});

it("does not wait where the credentials are no longer good", async () => {
  invocations = [{ status: 400, __type: "ExpiredTokenException", message: "expired" }];
  await expect(run()).rejects.toMatchObject({ code: "CREDENTIALS_EXPIRED" });
  expect(count("GetCommandInvocation")).toBe(1);
});

it.each([
  ["was delivered", { Status: "InProgress" }, "NODE_COMMAND_TIMEOUT"],
  ["was never delivered", { Status: "Pending" }, "NODE_UNREACHABLE"],
  ["never became known", NOT_THERE, "NODE_UNREACHABLE"],
])("cancels a command whose time is up; one that %s is %s", async (_what, answer, code) => {
  invocations = [answer];
  await expect(run(["true"], { timeoutMs: 20_000 })).rejects.toMatchObject({ code });
  expect(calls.at(-1)).toEqual({ action: "CancelCommand", body: { CommandId: COMMAND, InstanceIds: ["i-0a"] } });
});

it("cancels the command on abort", async () => {
  invocations = [{ Status: "InProgress" }];
  const abort = new AbortController();
  const running = run(["true"], { timeoutMs: 600_000, signal: abort.signal });
  setTimeout(() => {
    abort.abort(new Error("enough"));
  }, 20);
  await expect(running).rejects.toThrow("enough");
  expect(count("CancelCommand")).toBe(1);
});
