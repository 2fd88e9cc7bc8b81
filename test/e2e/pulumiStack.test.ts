import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { CONTRACT_VERSION, type LeaseRecord } from "../../infra/contract";
import { type LabSession, openLab } from "../../lab/session";
import { ensureEngine } from "../../orchestration/adapters/pulumi/engine/ensureEngine";
import { fileRunStore } from "../../orchestration/adapters/runStore/fileRunStore";
import { type EngineStackPort, pulumiStack } from "../../orchestration/adapters/pulumi/stack";

// The real engine with the real program, against the lab's providers.

jest.setTimeout(180_000);

const ROOT = resolve(__dirname, "../..");
const execute = promisify(execFile);
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const GROUP = "aws:autoscaling/group:Group";

let dir: string;
let lab: LabSession;
let engineRoot: string;
let stack: EngineStackPort;
const SECRET = "0123456789abcdef-0123456789abcdef";
let secret: string | undefined;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "pulumi-stack-"));
  engineRoot = (await ensureEngine({ onProgress: () => undefined })).root;
  lab = await openLab({ dir, speed: 240 });
  stack = open();
});

afterAll(async () => {
  await lab.close();
  await rm(dir, { recursive: true, force: true });
});

const open = (stackName = "lab"): EngineStackPort =>
  pulumiStack({
    stackName,
    workDir: dir,
    engine: { root: engineRoot },
    env: lab.env,
    projectRoot: ROOT,
    runsDir: join(dir, "runs"),
    fencingSecret: () => secret,
  });

const file = (name: string): Promise<string> => readFile(join(dir, name), "utf8");
const checkpoint = (): Promise<string> => file("state/.pulumi/stacks/tfe/lab.json");

describe("a stack that was never built", () => {
  it("has a configuration, no outputs and nothing pending", async () => {
    expect(await stack.config()).toEqual({ releaseSequence: 610, image: "ami-0aaa1111bbb22222c", nodeCount: 2 });
    expect(await stack.outputs()).toBeUndefined();
    expect(await stack.pendingOperations()).toEqual([]);
  });

  it("cannot be previewed, since that would have to make it", async () => {
    await expect(stack.preview({})).rejects.toMatchObject({ code: "STACK_NOT_BUILT" });
  });

  it("is named where its file is missing", async () => {
    await expect(open("prod").config()).rejects.toMatchObject({ code: "STACK_UNKNOWN" });
  });
});

describe("a stack that is built", () => {
  beforeAll(async () => {
    const project = await file("Pulumi.yaml");
    const commented = (await file("Pulumi.lab.yaml"))
      .replace(/^config:/m, "# Ours.\nconfig:")
      .replace(/"610"/, '"610" # old');
    await writeFile(join(dir, "Pulumi.lab.yaml"), commented);
    const changes = await stack.apply({});
    expect(changes.filter((change) => change.op !== "create")).toEqual([]);
    expect(changes.map((change) => change.type)).toEqual(expect.arrayContaining([TEMPLATE, GROUP]));
    expect(await file("Pulumi.yaml")).toBe(project);
  });

  it("knows its outputs", async () => {
    expect(await stack.outputs()).toMatchObject({
      releaseSequence: 610,
      activeTemplateVersion: 1,
      nodeCount: 2,
      contract: CONTRACT_VERSION,
    });
  });

  it("changes nothing when the same is applied again", async () => {
    expect(await stack.apply({})).toEqual([]);
    expect(await stack.preview({})).toEqual([]);
  });

  it("shows what a new build would change, and writes nothing for it", async () => {
    const before = [await file("Pulumi.lab.yaml"), await checkpoint()];
    const changes = await stack.preview({ releaseSequence: 642 });
    expect(changes).toEqual([
      expect.objectContaining({
        type: TEMPLATE,
        op: "update",
        properties: ["description", "latestVersion", "tagSpecifications", "userData"],
      }),
    ]);
    expect([await file("Pulumi.lab.yaml"), await checkpoint()]).toEqual(before);
  });

  it("stages a build in the configuration file, with its comments, and in the template, but not in the group", async () => {
    const changes = await stack.apply({ releaseSequence: 642 });
    expect(changes.map((change) => [change.type, change.op])).toEqual([[TEMPLATE, "update"]]);
    expect(await file("Pulumi.lab.yaml")).toMatch(/^# Ours\.\nconfig:\n(.*\n)* {2}tfe:releaseSequence: "642" # old\n/);
    expect(await stack.outputs()).toMatchObject({
      latestTemplateVersion: 2,
      activeTemplateVersion: 1,
      releaseSequence: 642,
    });
    expect(await stack.config()).toMatchObject({ releaseSequence: 642, nodeCount: 2 });
  });

  it("moves the group to the build and to no nodes in one update", async () => {
    const change = { nodeCount: 0, activeTemplateVersion: 2 };
    const expected = [
      expect.objectContaining({
        type: GROUP,
        op: "update",
        properties: ["desiredCapacity", "launchTemplate", "maxSize", "minSize"],
      }) as unknown,
    ];
    expect(await stack.preview(change)).toEqual(expected);
    expect(await stack.apply(change)).toEqual(expected);
    expect(await stack.outputs()).toMatchObject({ nodeCount: 0, activeTemplateVersion: 2 });
  });

  it("says STACK_LOCKED where another update is under way", async () => {
    const results = await Promise.allSettled([stack.apply({ nodeCount: 1 }), open().apply({ nodeCount: 1 })]);
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused.map((result): unknown => result.reason)).toEqual([
      expect.objectContaining({ code: "STACK_LOCKED" }),
    ]);
    expect(await stack.outputs()).toMatchObject({ nodeCount: 1 });
  });

  describe("while a run holds the lease", () => {
    let lease: LeaseRecord;
    const store = () => fileRunStore({ dir: join(dir, "runs", "lab") });
    beforeAll(async () => {
      // Until the year 2100: what time it is in the lab does not matter.
      lease = await store().acquire({
        runId: "r7",
        holder: "ann@ops",
        secret: SECRET,
        now: 0,
        ttlMs: Date.UTC(2100, 0),
      });
    });
    afterAll(() => store().release(lease));

    it("refuses an update without its token, and says whose run it is", async () => {
      const before = await checkpointed();
      expect(await byNobody("apply")).toEqual({
        code: "STACK_UPDATE_FAILED",
        detail: expect.stringContaining("run r7 of ann@ops") as string,
      });
      expect(await checkpointed()).toEqual(before);
    });

    it("updates on behalf of that run", async () => {
      secret = SECRET;
      try {
        expect(await stack.apply({})).toEqual([]);
      } finally {
        secret = undefined;
      }
    });
  });

  it("refuses an update from a file that is behind a run, and changes nothing", async () => {
    const before = await checkpointed();
    const values = { ...(await stack.config()), releaseSequence: 692, activeTemplateVersion: 3 };
    await fileRunStore({ dir: join(dir, "runs", "lab") }).recordBuild({
      schema: 1,
      number: 9,
      runId: "r8",
      at: 0,
      values,
    });
    try {
      expect(await byNobody("apply")).toEqual({
        code: "STACK_UPDATE_FAILED",
        detail: expect.stringMatching(
          /Pulumi\.lab\.yaml is behind what run r8 wrote.* activeTemplateVersion 2 here, 3 there[^]*npm run sync -- --stack lab/,
        ) as string,
      });
      expect(await checkpointed()).toEqual(before);
    } finally {
      await rm(join(dir, "runs", "lab", "build.json"));
    }
  });

  it("gives the engine's reason for a failure, without what a provider may quote of our secrets", async () => {
    const text = await file("Pulumi.lab.yaml");
    const failing = pulumiStack({
      stackName: "lab",
      workDir: dir,
      engine: { root: engineRoot },
      env: { ...lab.env, PULUMI_CONFIG_PASSPHRASE: "not the passphrase" },
      projectRoot: ROOT,
      runsDir: join(dir, "runs"),
      fencingSecret: () => undefined,
    });
    await expect(failing.apply({})).rejects.toMatchObject({
      code: "PASSPHRASE_WRONG",
      detail: expect.stringMatching(/incorrect passphrase/) as string,
    });
    expect(await file("Pulumi.lab.yaml")).toBe(text);
  });
});

describe("the first hour: what the engine says for itself", () => {
  /** A stack of its own backend, built by nobody, with these variables over the lab's. */
  const withEnv = (env: Readonly<Record<string, string>>): EngineStackPort =>
    pulumiStack({
      stackName: "lab",
      workDir: dir,
      engine: { root: engineRoot },
      env: { ...lab.env, ...env },
      projectRoot: ROOT,
      runsDir: join(dir, "runs"),
      fencingSecret: () => undefined,
    });

  it.each([
    ["no login", { PULUMI_BACKEND_URL: "", PULUMI_ACCESS_TOKEN: "" }, "NOT_LOGGED_IN", /PULUMI_BACKEND_URL is not set/],
    ["a folder that is not there", { PULUMI_BACKEND_URL: "file:///nowhere" }, "BACKEND_UNREACHABLE", /nowhere/],
    [
      "a closed port",
      { PULUMI_BACKEND_URL: "https://127.0.0.1:1", PULUMI_ACCESS_TOKEN: "pul-0" },
      "BACKEND_UNREACHABLE",
      /PULUMI_BACKEND_URL is https:\/\/127\.0\.0\.1:1: .*connection refused/,
    ],
  ])("%s", async (_, env, code, detail) => {
    await expect(withEnv({ ...env, PULUMI_HOME: join(dir, "another-home") }).outputs()).rejects.toMatchObject({
      code,
      detail: expect.stringMatching(detail) as string,
    });
  });

  it("no passphrase", async () => {
    const keyless = { ...process.env };
    const env = Object.fromEntries(Object.entries(lab.env).filter(([name]) => name !== "PULUMI_CONFIG_PASSPHRASE"));
    Reflect.deleteProperty(process.env, "PULUMI_CONFIG_PASSPHRASE");
    try {
      const stackWithout = pulumiStack({
        stackName: "lab",
        workDir: dir,
        engine: { root: engineRoot },
        env,
        projectRoot: ROOT,
        runsDir: join(dir, "runs"),
        fencingSecret: () => undefined,
      });
      await expect(stackWithout.preview({})).rejects.toMatchObject({ code: "PASSPHRASE_MISSING" });
    } finally {
      Object.assign(process.env, keyless);
    }
  });

  it("no plugin", async () => {
    const env = { PULUMI_DEBUG_PROVIDERS: "", PULUMI_HOME: join(dir, "no-plugins") };
    expect(await byNobody("preview", env)).toMatchObject({
      code: "PLUGIN_MISSING",
      detail: expect.stringMatching(/aws/) as string,
    });
  });
});

/** What comes of an update, or a preview, by a process that belongs to no run. */
async function byNobody(act: "apply" | "preview", env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const script = join(__dirname, "applyAsNobody.ts");
  const { stdout } = await execute(join(ROOT, "node_modules/.bin/tsx"), [script, dir, engineRoot, act], {
    env: { ...process.env, ...lab.env, ...env },
  });
  return JSON.parse(stdout);
}

/** Ids and properties of all resources, without the times of the checkpoint itself. */
async function checkpointed(): Promise<unknown> {
  const { checkpoint: state } = JSON.parse(await checkpoint()) as {
    checkpoint: { latest: { resources: { urn: string; id?: string; outputs?: unknown }[] } };
  };
  return state.latest.resources.map(({ urn, id, outputs }) => ({ urn, id, outputs }));
}
