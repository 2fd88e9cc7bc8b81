import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { awsClients } from "../../../orchestration/adapters/aws/clients";
import { runProcess } from "../../../orchestration/adapters/machine/process";
import { DEBUG_ENV, traced } from "../../../orchestration/adapters/machine/trace";
import { wire } from "../wire";

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "trace-"));
  file = join(dir, "calls");
  process.env[DEBUG_ENV] = file;
});
afterEach(async () => {
  Reflect.deleteProperty(process.env, DEBUG_ENV);
  Reflect.deleteProperty(process.env, "A_TOKEN");
  await rm(dir, { recursive: true, force: true });
});

const lines = async (): Promise<readonly string[]> => (await readFile(file, "utf8")).trimEnd().split("\n");

it("shows a program with its duration and its exit code, in a file for the owner alone", async () => {
  await runProcess(["bash", "-c", "exit 3"]);
  const [line = "", ...more] = await lines();
  expect(more).toEqual([]);
  expect(line).toMatch(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z +\d+ ms {2}bash -c exit 3 {2}exit 3$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it("shows a call to AWS by service and action, that fails or not", async () => {
  const stub = await wire(() => ({
    status: 400,
    body: "<Response><Errors><Error><Code>Denied</Code></Error></Errors></Response>",
  }));
  const clients = awsClients({ ...stub.config, credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  await clients.ec2.send(new DescribeInstancesCommand({})).catch(() => undefined);
  clients.destroy();
  await stub.close();
  expect(await lines()).toEqual([expect.stringMatching(/ ms {2}EC2 DescribeInstances {2}Denied: /)]);
});

it("shows no secret: neither a variable's value nor what a command sets", async () => {
  process.env["A_TOKEN"] = "s3cr3t-token";
  await traced(
    () => "i-1: tool app-config set redis_pass 'hunter2 and more'",
    () => Promise.reject(new Error("s3cr3t-token\nis bad")),
  ).catch(() => undefined);
  expect(await lines()).toEqual([
    expect.stringMatching(/ms {2}i-1: tool app-config set redis_pass \[value\] {2}Error: \[secret\] is bad$/),
  ]);
});

it("costs nothing and says nothing where it is not asked for", async () => {
  Reflect.deleteProperty(process.env, DEBUG_ENV);
  expect(
    await traced(
      () => "x",
      () => Promise.resolve(7),
    ),
  ).toBe(7);
  await expect(stat(file)).rejects.toThrow("ENOENT");
});

it("stops nothing where it cannot be written", async () => {
  process.env[DEBUG_ENV] = join(dir, "missing", "calls");
  expect(
    await traced(
      () => "x",
      () => Promise.resolve(7),
    ),
  ).toBe(7);
});
