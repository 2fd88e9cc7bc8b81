import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SSMClient } from "@aws-sdk/client-ssm";
import { scaledClock } from "../../../orchestration/adapters/machine/clock";
import { ssmShell } from "../../../orchestration/adapters/nodeShell/ssmShell";
import type { CommandResult } from "../../../orchestration/ports/nodeShell";
import { type Wire, wire } from "../wire";

// Systems Manager with a real shell behind it, which shows of each output what the agent keeps of it.

const NODE = { instanceId: "i-0a", privateIp: "192.0.2.1" };
const clock = scaledClock({ speed: 100, realOrigin: 0, labOrigin: 0 });
const MARK = "\n--output truncated--";

let stub: Wire;
let ssm: SSMClient;
let folder: string;
let lines: string[];
/** Meddles with a command before it is run; what it answers is the answer. */
let meddle: (line: string) => Partial<CommandResult> | undefined;

beforeAll(async () => {
  const ended = new Map<string, CommandResult>();
  stub = await wire(({ action, body }) => {
    if (action === "CancelCommand") return { status: 200, body: "{}" };
    const input = JSON.parse(body) as { CommandId: string; Parameters: { commands: string[] } };
    if (action === "SendCommand") {
      const id = `11111111-2222-3333-4444-${String(ended.size).padStart(12, "0")}`;
      ended.set(id, run(input.Parameters.commands.join("\n")));
      return { status: 200, body: JSON.stringify({ Command: { CommandId: id } }) };
    }
    const { exitCode = -1, stdout = "", stderr = "" } = ended.get(input.CommandId) ?? {};
    const answer = {
      Status: exitCode === 0 ? "Success" : "Failed",
      ResponseCode: exitCode,
      StandardOutputContent: cut(stdout, 24_000),
      StandardErrorContent: cut(stderr, 8_000),
    };
    return { status: 200, body: JSON.stringify(answer) };
  });
  ssm = new SSMClient({ ...stub.config, maxAttempts: 1 });
});
afterAll(async () => {
  ssm.destroy();
  await stub.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ssm-long-"));
  lines = [];
  meddle = () => undefined;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function run(line: string): CommandResult {
  lines.push(line);
  const env = { ...process.env, TMPDIR: folder };
  const { status, stdout, stderr } = spawnSync("sh", ["-c", line], { env, encoding: "utf8", maxBuffer: 1e9 });
  return { exitCode: status ?? -1, stdout, stderr, ...meddle(line) };
}

function cut(output: string, limit: number): string {
  const bytes = Buffer.from(output);
  if (bytes.length < limit) return output;
  return bytes.subarray(0, limit - MARK.length).toString("utf8") + MARK;
}

const ask = (...argv: string[]): Promise<CommandResult> =>
  ssmShell({ clients: { ssm }, clock }).run(NODE, argv, { timeoutMs: 3_600_000 });
const numbers = (last: number): string => Array.from({ length: last }, (_, index) => `${index + 1}\n`).join("");

it("an output that is not cut is asked for once", async () => {
  expect((await ask("seq", "4000")).stdout).toBe(numbers(4000));
  expect(lines).toEqual(["seq 4000"]);
});

it("an output of hundreds of kilobytes arrives whole, with its status and its words on stderr, and nothing is left on the node", async () => {
  const result = await ask("sh", "-c", `seq 60000; echo "it's wrong" >&2; exit 3`);
  expect(result).toEqual({ exitCode: 3, stdout: numbers(60_000), stderr: "it's wrong\n" });
  expect(readdirSync(folder)).toEqual([]);
  // Cut, kept, in slices, removed.
  expect(lines.length).toBeGreaterThan(5);
});

it("an output is known to be cut where its characters are more than bytes", async () => {
  const text = "ü".repeat(13_000);
  expect((await ask("printf", "%s", text)).stdout).toBe(text);
});

it("what is kept on the node only its owner may read", async () => {
  let modes: number[] = [];
  meddle = (line) => {
    if (line.startsWith("tail ")) modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
    return undefined;
  };
  await ask("seq", "60000");
  expect(modes).toEqual([0o600]);
});

it.each<[string, (line: string) => Partial<CommandResult> | undefined, RegExp]>([
  [
    "there is no room for it",
    (line) => (line.startsWith("umask") ? { exitCode: 1, stdout: "" } : undefined),
    /Check the free space in its \/tmp$/,
  ],
  [
    "a slice of it does not arrive",
    (line) => (line.startsWith("tail -c +20001 ") ? { stdout: "" } : undefined),
    /part of it did not arrive$/,
  ],
  [
    "it was damaged",
    (line) => (line.startsWith("tail -c +1 ") ? { stdout: "A".repeat(20_000) } : undefined),
    /the stored output is damaged$/,
  ],
])("an output is refused where %s, and nothing is left on the node", async (_why, how, detail) => {
  meddle = how;
  await expect(ask("seq", "60000")).rejects.toMatchObject({
    code: "NODE_ANSWER_UNREADABLE",
    detail: expect.stringMatching(detail) as string,
  });
  if (!/room/.test(_why)) expect(readdirSync(folder)).toEqual([]);
});

it("what is kept on the node is removed, too, where the caller is gone", async () => {
  const abort = new AbortController();
  meddle = (line) => {
    if (line.startsWith("tail ")) abort.abort(new Error("enough"));
    return undefined;
  };
  const asking = ssmShell({ clients: { ssm }, clock }).run(NODE, ["seq", "60000"], { signal: abort.signal });
  await expect(asking).rejects.toThrow("enough");
  expect(readdirSync(folder)).toEqual([]);
});

it("an output of megabytes that cannot be packed is refused at once, and nothing is left on the node", async () => {
  await expect(ask("head", "-c", "3000000", "/dev/urandom")).rejects.toMatchObject({
    code: "NODE_ANSWER_UNREADABLE",
    detail: expect.stringMatching(/it is too long \(\d+ bytes compressed\)$/) as string,
  });
  expect(readdirSync(folder)).toEqual([]);
});

it("an output that unpacks to more than any answer has is refused, and never unpacked whole", async () => {
  await expect(ask("head", "-c", "20000000", "/dev/zero")).rejects.toMatchObject({
    code: "NODE_ANSWER_UNREADABLE",
    detail: expect.stringMatching(/it is longer than 8388608 bytes$/) as string,
  });
  expect(readdirSync(folder)).toEqual([]);
}, 30_000);
