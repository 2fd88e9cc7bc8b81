/** The vendor's commands over a fleet in the lab: a setting that is set, noticed, kept and there in the new nodes; and bundles. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DEFAULTS } from "../../lab/region/defaults";
import { eventsIn, failureIn, finishedIn } from "./support/events";
import { countedEngine } from "./support/countedEngine";
import { labFolder, sourced, type LabFolder } from "./support/labFolder";
import type { Started } from "./support/command";
import { PLANTED, secretsInFiles, watchProcesses } from "./support/secrets";

jest.setTimeout(450_000);

/**
 * What a node, or a Terraform run on it, can do with nothing but PutObject: as soon as a bundle appears, an object beside it whose
 * key comes first in the list and would lead out of the folder of the download. `end` answers how many were planted.
 */
function plantBesideBundles(lab: LabFolder): { end(): Promise<number> } {
  const { AWS_ENDPOINT_URL: endpoint = "", AWS_REGION: region = "" } = sourced(lab);
  const credentials = { accessKeyId: "lab", secretAccessKey: "lab" };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const planted = new Set<string>();
  let ended = false;
  const Bucket = DEFAULTS.bucket;
  async function plant(): Promise<void> {
    while (!ended) {
      const { Contents: there = [] } = await client.send(
        new ListObjectsV2Command({ Bucket, Prefix: "support-bundles/" }),
      );
      for (const place of there.map(({ Key: key = "" }) => key.split("/").slice(0, 3).join("/"))) {
        if (planted.has(place)) continue;
        planted.add(place);
        await client.send(new PutObjectCommand({ Bucket, Key: `${place}/.:./.:./.:./.bash_aliases`, Body: "owned" }));
      }
      await setTimeout(50);
    }
  }
  const planting = plant();
  return {
    async end() {
      ended = true;
      await planting;
      client.destroy();
      return planted.size;
    },
  };
}

describe("day to day, beside a running lab", () => {
  let lab: LabFolder;
  let labProcess: Started;
  let processes: ReturnType<typeof watchProcesses>;
  const stack = ["--stack", "lab", "--json"];

  beforeAll(async () => {
    lab = await labFolder();
    Object.assign(lab.env, PLANTED);
    labProcess = lab.startNpm("lab", "--speed", "60", "--node-build", "60");
    await labProcess.line("Ctrl-C");
    processes = watchProcesses();
  });
  afterAll(async () => {
    labProcess.interrupt();
    await labProcess.ended;
    expect(await lab.close()).toEqual([]);
  });

  it("app-config get: one table for both nodes, secrets by name alone, and the way to see one", async () => {
    const { code, stdout } = await lab.npm("app-config", "get", "--stack", "lab");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}pg_password +\(secret\)$/m);
    expect(stdout).toMatch(/^ {2}capacity_concurrency +10$/m);
    // Each node's installer has made up its own.
    expect(stdout).toMatch(/^! backup_token +\(secret\) +\(secret\)$/m);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    const one = await lab.npm("app-config", "get", "pg_password", "--reveal", "--stack", "lab");
    expect(one.code).toBe(2);
    expect(one.stderr).toMatch(
      /aws ssm start-session --region \S+ --target i-\w+ --document-name AWS-StartInteractiveCommand --parameters .*\.pg_password\.value/,
    );
  });

  it("status, health, runs and plan start the engine once for each thing that they read", async () => {
    const engine = await countedEngine(lab);
    const startsOf = async (...words: readonly string[]): Promise<readonly string[]> => {
      await lab.npm(...words, ...stack);
      return engine.starts();
    };
    // Its version is asked at the first sight of it, and remembered.
    expect(await startsOf("status")).toEqual(["version", "stack output"]);
    expect(await startsOf("status")).toEqual(["stack output"]);
    expect(await startsOf("health")).toEqual(["stack output"]);
    expect(await startsOf("runs")).toEqual([]);
    expect(await startsOf("plan", "--release", "642")).toEqual(["stack output", "stack export", "preview"]);
    await engine.remove();
  });

  it("app-config set: on every node, restarted one at a time, with no work lost", async () => {
    const { code, stdout } = await lab.npm("app-config", "set", "capacity_concurrency", "20", ...stack);
    expect(failureIn(stdout)).toBeUndefined();
    expect(code).toBe(0);
    expect(finishedIn(stdout).nodes).toMatchObject([{ healthy: true }, { healthy: true }]);
    const passed = eventsIn(stdout).flatMap((event) => (event.event === "gate.passed" ? [event.instanceId] : []));
    const { instances, verdict } = await lab.region();
    expect(passed.sort()).toEqual(instances.map(({ id }) => id).sort());
    for (const { node } of instances) expect(node.settingsInEffect).toMatchObject({ capacity_concurrency: "20" });
    expect(verdict).toMatchObject({ lostJobs: 0, killedWhileBooting: 0, violations: [] });
  });

  it("upgrade: blocked, since the new nodes would not have it", async () => {
    const { code, stdout } = await lab.npm("upgrade", "--release", "642", ...stack);
    expect(code).toBe(3);
    const red = eventsIn(stdout).filter((event) => event.event === "check.made" && !event.ok);
    expect(red).toMatchObject([
      {
        id: "app-config",
        observed: expect.stringMatching(
          /^changed since the node was built.*: (capacity_concurrency on i-\w+(, )?){2}$/,
        ) as string,
      },
    ]);
  });

  it("app-config capture, then upgrade: done, and the new nodes have it", async () => {
    const captured = await lab.npm("app-config", "capture", ...stack);
    expect(captured.code).toBe(0);
    expect(JSON.parse(captured.stdout)).toMatchObject({ settings: { capacity_concurrency: "20" }, secrets: [] });
    const { code, stdout } = await lab.npm("upgrade", "--release", "642", ...stack);
    expect(failureIn(stdout)).toBeUndefined();
    expect(code).toBe(0);
    expect(finishedIn(stdout).nodes.map(({ release }) => release)).toEqual([642, 642]);
    const alive = (await lab.region()).instances.filter(({ state }) => state === "running");
    expect(alive).toHaveLength(2);
    for (const { node } of alive)
      expect(node).toMatchObject({ release: 642, settingsInEffect: { capacity_concurrency: "20" } });
  });

  it("patch: every node is built again from the newest image", async () => {
    const { code, stdout } = await lab.npm("patch", "--latest", ...stack);
    expect(failureIn(stdout)).toBeUndefined();
    expect(code).toBe(0);
    const alive = (await lab.region()).instances.filter(({ state }) => state === "running");
    expect(alive.map(({ imageId }) => imageId)).toEqual([DEFAULTS.images.newest, DEFAULTS.images.newest]);
  });

  it("restart: one node at a time", async () => {
    const { code, stdout } = await lab.npm("restart", ...stack);
    expect(failureIn(stdout)).toBeUndefined();
    expect(code).toBe(0);
    expect(finishedIn(stdout).nodes).toMatchObject([{ healthy: true }, { healthy: true }]);
  });

  it("support-bundle --download: the bundles of both nodes in one archive", async () => {
    const dir = join(lab.dir, "bundles");
    const around = await readdir(lab.dir);
    const attack = plantBesideBundles(lab);
    const { code, stdout } = await lab.npm("support-bundle", "--download", dir, ...stack);
    expect(await attack.end()).toBeGreaterThan(0);
    expect(code).toBe(0);
    const told = JSON.parse(stdout) as { jobId: string; bundles: { instanceId: string; key: string }[] };
    const alive = (await lab.region()).instances.filter(({ state }) => state === "running");
    expect(told.bundles.map(({ instanceId }) => instanceId).sort()).toEqual(alive.map(({ id }) => id).sort());
    for (const { key } of told.bundles) expect(key).toContain(`support-bundles/${told.jobId}/`);
    expect((await readdir(lab.dir)).filter((name) => !around.includes(name))).toEqual(["bundles"]);
    expect(await readdir(dir)).toEqual([`support-bundles-${told.jobId.replaceAll(/[:-]/g, "")}.tar`]);
  });

  it("no secret was in an output of a node, a notice, an argument, an environment, or is in a file", async () => {
    const { verdict, publications = [], ssmCommands } = await lab.region();
    expect(verdict).toMatchObject({ secretsShown: 0, violations: [] });
    expect(publications.length + ssmCommands.length).toBeGreaterThan(0);
    expect(processes.stop()).toEqual([]);
    expect(processes.gates.size).toBeGreaterThan(0);
    const { TMPDIR = "", PULUMI_HOME = "" } = lab.env;
    expect(await secretsInFiles([lab.dir, TMPDIR, PULUMI_HOME])).toEqual([]);
  });
});
