import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { parse } from "yaml";
import { LabRunningError, readRecord } from "../../lab/record";
import type { RegionState } from "../../lab/region/model";
import { startLab } from "../../lab/server";
import { openLab, type LabSession } from "../../lab/session";
import { temporaryFolder } from "./temporary";

const PATIENCE = 60_000;

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("a session with the lab", () => {
  let folder: { path: string; remove(): Promise<void> };
  let sessions: LabSession[];
  beforeEach(async () => {
    sessions = [];
    folder = await temporaryFolder();
  });
  afterEach(async () => {
    for (const session of sessions.reverse()) await session.close();
    await folder.remove();
  });

  const open = async (): Promise<LabSession> => {
    const session = await openLab({ dir: folder.path, speed: 200 });
    sessions.push(session);
    return session;
  };
  const pid = async (): Promise<number> => (await readRecord(folder.path))?.pid ?? 0;
  const file = (name: string): Promise<string> => readFile(join(folder.path, name), "utf8");
  const labTime = async (): Promise<number> => (JSON.parse(await file("region.json")) as RegionState).now;
  const ended = async (process: number): Promise<void> => {
    while (runs(process)) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  it(
    "starts a lab that AWS clients reach by its environment, and ends it",
    async () => {
      const session = await open();
      expect(session.attached).toBe(false);
      const sts = new STSClient({
        endpoint: session.env["AWS_ENDPOINT_URL"] ?? "",
        region: session.env["AWS_REGION"] ?? "",
        credentials: { accessKeyId: "lab", secretAccessKey: "lab" },
      });
      expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toMatch(/^\d{12}$/);
      sts.destroy();
      expect(session.env["PULUMI_DEBUG_PROVIDERS"]).toMatch(/^aws:\d+,command:\d+$/);
      expect(await session.verdict()).toMatchObject({ overlapSeconds: 0, lostJobs: 0, violations: [] });
      const lab = await pid();
      await session.close();
      expect(runs(lab)).toBe(false);
    },
    PATIENCE,
  );

  it(
    "attaches to the lab that is there, and leaves it running",
    async () => {
      const first = await open();
      const second = await open();
      expect(second.attached).toBe(true);
      expect(second.env["AWS_ENDPOINT_URL"]).toBe(first.env["AWS_ENDPOINT_URL"]);
      await second.close();
      expect((await first.verdict()).violations).toEqual([]);
      await expect(startLab({ dir: folder.path, speed: 1 })).rejects.toThrow(LabRunningError);
    },
    PATIENCE,
  );

  it(
    "goes on where the lab stopped: time, load balancer port and the operator's stack file",
    async () => {
      await (await open()).close();
      const stopped = await labTime();
      const port = (await readRecord(folder.path))?.loadBalancerPort;
      const edited = (await file("Pulumi.lab.yaml")).replace(
        'tfe:releaseSequence: "610"',
        'tfe:releaseSequence: "642"',
      );
      await writeFile(join(folder.path, "Pulumi.lab.yaml"), edited);

      const session = await open();
      const scale = JSON.parse(session.env["TFE_REPAVE_CLOCK"] ?? "{}") as { labOrigin: number };
      expect(scale.labOrigin).toBe(stopped);
      expect((await readRecord(folder.path))?.loadBalancerPort).toBe(port);
      expect(await file("Pulumi.lab.yaml")).toBe(edited);
      await session.close();
      expect(await labTime()).toBeGreaterThan(stopped);
    },
    PATIENCE,
  );

  it(
    "prepares a stack at release 610 with two nodes, and a project without a program",
    async () => {
      const session = await open();
      const { config } = parse(await file("Pulumi.lab.yaml")) as { config: Record<string, unknown> };
      expect(config).toMatchObject({
        "tfe:releaseSequence": "610",
        "tfe:nodeCount": "2",
        "tfe:databaseId": "tfe-lab",
        "tfe:hostname": `localhost:${(await readRecord(folder.path))?.loadBalancerPort ?? 0}`,
        "tfe:caFile": join(folder.path, "tls", "cert.pem"),
        "tfe:sshConfigFile": join(folder.path, "ssh_config"),
        "aws:region": session.env["AWS_REGION"],
      });
      const project = parse(await file("Pulumi.yaml")) as Record<string, unknown>;
      expect(project).toMatchObject({ name: "tfe" });
      expect(project).not.toHaveProperty("main");
    },
    PATIENCE,
  );

  it(
    "ends the lab with the process that started it, even if that is killed",
    async () => {
      const script = `require(${JSON.stringify(join(__dirname, "../../lab/session.ts"))})
        .openLab({ dir: ${JSON.stringify(folder.path)}, speed: 200 })
        .then(() => { process.stdout.write("open"); setInterval(() => undefined, 1000); });`;
      const parent = spawn(process.execPath, ["--import", "tsx", "-e", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(parent.stdout, "data");
      const lab = await pid();
      expect(runs(lab)).toBe(true);
      parent.kill("SIGKILL");
      await ended(lab);
      expect(await labTime()).toBeGreaterThan(0);
    },
    PATIENCE,
  );

  it(
    "keeps a lab that is to be kept, until it is told to stop",
    async () => {
      await (await openLab({ dir: folder.path, speed: 200, keep: true })).close();
      const session = await open();
      expect(session.attached).toBe(true);
      const record = await readRecord(folder.path);
      await fetch(`${record?.control ?? ""}/stop`, { method: "POST" });
      await ended(record?.pid ?? 0);
    },
    PATIENCE,
  );

  it(
    "says why a lab does not start",
    async () => {
      await writeFile(join(folder.path, "region.json"), "{ torn");
      await expect(open()).rejects.toThrow(/The lab did not start: [^]*region\.json is not JSON/);
    },
    PATIENCE,
  );
});
