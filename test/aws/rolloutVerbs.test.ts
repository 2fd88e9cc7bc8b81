/** `rollout start`, `status --on aws`, `approve` and `stop` over a project of three stacks, on moto's interpreter. */
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { stringify } from "yaml";
import { rolloutDefinition } from "../../infra/rollout/definition";
import { approveCommand, stopCommand } from "../../orchestration/commands/rollout/onAws/answer";
import { startCommand } from "../../orchestration/commands/rollout/onAws/start";
import { statusOnAws } from "../../orchestration/commands/rollout/onAws/status";
import { flawsOf } from "../../orchestration/adapters/reporters/schema/stream";
import { rawConfig } from "../support/stackConfig";
import { type Interpreter, interpreter } from "./interpreter";

const ENDPOINT = process.env["MOTO_URL"] ?? "";
const REGION = "eu-west-1";
const TOPIC = `arn:aws:sns:${REGION}:123456789012:verbs`;
const JOB = {
  rolloutJob: "true",
  scheduleSource: "https://github.com/example/tfe",
  scheduleBackendUrl: "s3://state",
  runStore: "s3://runs",
};

let project: string;
let machine: Interpreter;
let repaved: string[];
const before = { cwd: process.cwd(), env: { ...process.env } };

beforeAll(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), "rollout-verbs-")));
  const stack = (name: string, change: Readonly<Record<string, string>>, region = REGION): Promise<void> => {
    const config = Object.entries({ ...rawConfig(change), "aws:region": region }).map(([key, value]) => [
      key.includes(":") ? key : `tfe:${key}`,
      value.replaceAll("eu-central-1", REGION),
    ]);
    return writeFile(join(project, `Pulumi.${name}.yaml`), stringify({ config: Object.fromEntries(config) as object }));
  };
  await writeFile(join(project, "Pulumi.yaml"), "name: tfe\nruntime: nodejs\n");
  await stack("control", { ...JOB, rolloutStacks: '["control","prod","bare","far"]', notifyTopicArn: TOPIC });
  await stack("prod", JOB);
  await stack("bare", {});
  await stack("far", JOB, "eu-west-3");
  await writeFile(
    join(project, "r.yaml"),
    "release: 692\nwaves:\n  - stacks: [control]\n  - stacks: [prod]\n    approval: person\n",
  );
  await writeFile(join(project, "bad.yaml"), "release: 692\nwaves:\n  - stacks: [bare, far, lab-a]\n");
  process.chdir(project);
  Object.assign(process.env, { AWS_ENDPOINT_URL: ENDPOINT, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
  const sns = new SNSClient({ region: REGION });
  await sns.send(new CreateTopicCommand({ Name: "verbs" }));
  sns.destroy();
  machine = await interpreter(ENDPOINT, "verbs", ({ project: job, words }) => {
    if (words.startsWith("rollout repave")) repaved.push(`${job} ${words}`);
    const end = words.startsWith("rollout look")
      ? { holds: true }
      : { outcome: "done", runId: "run-1", release: "v202304-1", outageSeconds: 300 };
    return Promise.resolve({ succeeded: true, end });
  });
  await machine.create("tfe-control-rollout", rolloutDefinition({ partition: "aws", topicArn: TOPIC }));
});
afterAll(async () => {
  process.chdir(before.cwd);
  process.env = before.env;
  await machine.close();
  await rm(project, { recursive: true });
});
beforeEach(() => {
  repaved = [];
});

type Command = (file: string, options: object, io: Parameters<typeof startCommand>[2]) => Promise<number>;

/** Calls a verb; with `--json` unless it is asked for words. */
async function call(
  command: Command,
  options: object = {},
  file = "r.yaml",
): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const io = {
    out: (line: string) => void lines.push(line),
    err: () => undefined,
    signal: new AbortController().signal,
  };
  return { code: await command(file, { json: true, ...options }, io), lines };
}

const parsed = (lines: readonly string[]): readonly Readonly<Record<string, unknown>>[] => {
  const all = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(all.flatMap(flawsOf)).toEqual([]);
  return all;
};

async function status(until: (lines: readonly string[]) => boolean): Promise<{ code: number; lines: string[] }> {
  for (;;) {
    const told = await call(statusOnAws, { json: false });
    if (until(told.lines)) return told;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const waits = (lines: readonly string[]): boolean => lines.some((line) => line.startsWith("Wave 2 waits."));

test("a rollout from its start over an approval to its end", async () => {
  const fresh = await call(statusOnAws);
  expect(parsed(fresh.lines)).toEqual([expect.objectContaining({ id: null, standing: "not begun" })]);
  await expect(call(approveCommand)).rejects.toMatchObject({ code: "USAGE" });

  const started = await call(startCommand);
  expect(started.code).toBe(0);
  expect(parsed(started.lines)).toEqual([
    expect.objectContaining({ event: "rollout", name: "r", standing: "under way" }),
  ]);
  const { lines } = await status(waits);
  expect(lines.join("\n")).toMatch(/^r-\d{8}-\d{6}-[0-9a-f]{4} on AWS: under way/);
  expect(lines).toContain("Wave 2 waits. Approve it with: npm run rollout -- approve r.yaml --wave 2");

  await expect(call(startCommand)).rejects.toMatchObject({ code: "ROLLOUT_RUNNING" });
  await expect(call(approveCommand, { wave: "1" })).rejects.toThrow("it is wave 2 (wave 2) that waits");
  expect((await call(approveCommand, { wave: "2" })).code).toBe(0);
  await status((all) => all[0]?.includes("on AWS: done") === true);

  const ended = await call(statusOnAws);
  expect(ended.code).toBe(0);
  expect(parsed(ended.lines).at(-1)).toMatchObject({
    event: "rollout.finished",
    outcome: "done",
    stacks: [
      { stack: "control", wave: 1, outcome: "done", release: 692, outageSeconds: 300 },
      { stack: "prod", wave: 2, outcome: "done", release: 692, outageSeconds: 300 },
    ],
  });
  expect(repaved).toEqual([
    "tfe-control-job rollout repave --release 692 --windows stop",
    "tfe-prod-job rollout repave --release 692 --windows stop",
  ]);
});

test("one that is declined has the exit code of a declined rollout, and says how to start again", async () => {
  await call(startCommand);
  await status(waits);
  expect((await call(approveCommand, { decline: true })).code).toBe(0);
  const { code, lines } = await status((all) => all[0]?.includes("stopped") === true);
  expect(code).toBe(5);
  expect(lines[0]).toContain("wave 2 (wave 2) was not approved");
  expect(lines.at(-1)).toContain("npm run rollout -- start r.yaml");
  await expect(call(stopCommand)).rejects.toMatchObject({ code: "USAGE" });
});

test("one that is stopped starts nothing more, and says what becomes of what is under way", async () => {
  await call(startCommand);
  await status(waits);
  // The interpreter takes it, and does not end a Map for it; test/rollout/engine.test.ts has what the service's history says then.
  const { code, lines } = await call(stopCommand, { json: false });
  expect(code).toBe(0);
  expect(lines[0]).toContain("starts nothing more. Stacks that are being repaved come to their end");
  expect(repaved).toEqual(["tfe-control-job rollout repave --release 692 --windows stop"]);
});

test("a rollout that AWS could not carry out is refused by the stack files, with everything that is missing", async () => {
  await expect(call(startCommand, {}, "bad.yaml")).rejects.toMatchObject({
    code: "ROLLOUT_NOT_BUILT",
    detail:
      "bare has no job: set tfe:rolloutJob or tfe:scheduleCalendar; far is in eu-west-3, control in eu-west-1; lab-a is a lab, which has no job in AWS",
  });
  expect(repaved).toEqual([]);
});
