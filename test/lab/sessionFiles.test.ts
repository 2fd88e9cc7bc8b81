import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { labEnvironment, withoutProxy, writeEnvScript } from "../../lab/environment";
import { estateNamed } from "../../lab/estates";
import {
  claim,
  estateOf as standing,
  liveRecord,
  readRecord,
  requireSameStack,
  type LabRecord,
} from "../../lab/record";
import { faultDeeds } from "../../lab/faults/course";
import { createRegion } from "../../lab/region/region";
import { labFolder, labHome, prepareStack } from "../../lab/stackFiles";
import { loadState, openStore } from "../../lab/store";
import { estate, estateOf } from "./estate";
import { temporaryFolder } from "./temporary";

describe("what the lab keeps in its folder", () => {
  let folder: { path: string; remove(): Promise<void> };
  beforeEach(async () => (folder = await temporaryFolder()));
  afterEach(() => folder.remove());

  const record = (pid: number): LabRecord => ({
    pid,
    stack: "lab",
    speed: 30,
    control: "http://127.0.0.1:9",
    loadBalancerPort: 12345,
    estate: "default",
    env: {},
  });

  it("gives back the region that was written, which then does the same things", async () => {
    const built = estate();
    await openStore(folder.path, built.region.state).save();
    const state = await loadState(folder.path);
    const again = estateOf(createRegion({ faults: faultDeeds, ...(state && { state }) }));
    for (const one of [built, again]) one.untilHealthy();
    expect(again.region.state).toEqual(built.region.state);
  });

  it("finds no region in a new folder and refuses one of another version", async () => {
    expect(await loadState(folder.path)).toBeUndefined();
    await writeFile(join(folder.path, "region.json"), '{"schema":0}');
    await expect(loadState(folder.path)).rejects.toThrow("another version of the lab");
  });

  it("takes a record of a dead lab, or one whose number another process has now, for no lab", async () => {
    const publish = (pid: number) => claim(folder.path, () => Promise.resolve({ record: record(pid) }));
    await publish(2 ** 22 + 1);
    expect(await liveRecord(folder.path)).toBeUndefined();
    await publish(process.pid);
    expect(await liveRecord(folder.path)).toBeUndefined();
    expect(await readRecord(folder.path)).toEqual(record(process.pid));
  });

  it("lets only one start happen at a time", async () => {
    const log: string[] = [];
    const start = (name: string) => async (): Promise<{ record: LabRecord }> => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      log.push(`${name} ends`);
      return { record: record(2 ** 22 + 1) };
    };
    await Promise.all([claim(folder.path, start("first")), claim(folder.path, start("second"))]);
    expect(log.map((line) => line.split(" ")[1])).toEqual(["begins", "ends", "begins", "ends"]);
  });

  it("writes variables that a shell reads back as they are", async () => {
    const dir = join(folder.path, "a folder; it's $HOME");
    await mkdir(dir);
    const env = labEnvironment({
      dir,
      region: "eu-west-1",
      awsUrl: "http://127.0.0.1:1",
      providers: { aws: 1, command: 2 },
      scale: { speed: 30, realOrigin: 1, labOrigin: 2 },
    });
    await writeEnvScript(dir, env);
    const shell = execFileSync("sh", ["-c", '. "$1" && env -0', "sh", join(dir, "env.sh")], {
      env: { PATH: process.env["PATH"], AWS_PROFILE: "mine", NO_PROXY: "intra.example" },
      encoding: "utf8",
    });
    const seen = Object.fromEntries(
      shell.split("\0").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    expect(seen).toMatchObject(env);
    expect(seen).not.toHaveProperty("AWS_PROFILE");
    expect(seen["NO_PROXY"]).toBe("intra.example,127.0.0.1,localhost");
  });

  it("puts the Pulumi CLI that works on the lab on PATH, once", async () => {
    const bin = join(folder.path, "an engine's/bin");
    process.env["TFE_REPAVE_ENGINE_BIN"] = bin;
    try {
      await writeEnvScript(folder.path, {});
    } finally {
      delete process.env["TFE_REPAVE_ENGINE_BIN"];
    }
    const path = execFileSync("sh", ["-c", '. "$1"; . "$1"; echo "$PATH"', "sh", join(folder.path, "env.sh")], {
      env: { PATH: "/usr/bin:/bin" },
      encoding: "utf8",
    });
    expect(path).toBe(`${bin}:/usr/bin:/bin\n`);
  });

  it("keeps what was excepted from the proxy", () => {
    expect(withoutProxy({ no_proxy: "intra.example" })["NO_PROXY"]).toBe("intra.example,127.0.0.1,localhost");
    expect(withoutProxy({})["no_proxy"]).toBe("127.0.0.1,localhost");
  });

  it("leaves a stack file alone that is not YAML any more", async () => {
    const facts = { dir: folder.path, stack: "lab", loadBalancerPort: 443, caFile: "/ca.pem", sshConfigFile: "/ssh" };
    const broken = "config:\n  tfe:nodeCount: 2\n  tfe:nodeCount: 3\n";
    await writeFile(join(folder.path, "Pulumi.lab.yaml"), broken);
    await prepareStack({ ...facts, estate: "default" });
    expect(await readFile(join(folder.path, "Pulumi.lab.yaml"), "utf8")).toBe(broken);
  });

  it("begins a stack file as its estate is, and keeps to that estate", async () => {
    const facts = {
      dir: folder.path,
      stack: "lab",
      caFile: "/ca.pem",
      sshConfigFile: "/ssh_config",
      loadBalancerPort: 1111,
    };
    await prepareStack({ ...facts, estate: "fdo" });
    const text = await readFile(join(folder.path, "Pulumi.lab.yaml"), "utf8");
    expect(text).toContain("tfe:imageTag: v202503-1");
    expect(text).not.toContain("releaseSequence");
    const stands = { ...record(1), estate: "fdo" } as const;
    expect(standing(folder.path, stands, undefined)).toBe("fdo");
    expect(standing(folder.path, undefined, undefined)).toBe("default");
    expect(() => standing("/labs/one", stands, "default")).toThrow(
      'The lab in /labs/one has the estate "fdo", not "default". Leave --estate out to use it, or make another lab: ' +
        "TFE_REPAVE_LAB_DIR=/labs/one-default npm run lab -- --estate default",
    );
    expect(() => estateNamed("fod")).toThrow('unknown estate "fod". Did you mean fdo?');
  });

  it("calls the stack's file by the stack, and keeps to that stack", async () => {
    const facts = { dir: folder.path, stack: "lab-two", caFile: "/ca.pem", sshConfigFile: "/ssh", loadBalancerPort: 1 };
    await prepareStack({ ...facts, estate: "default" });
    expect(await readFile(join(folder.path, "Pulumi.lab-two.yaml"), "utf8")).toContain("tfe:releaseSequence");
    expect(() => requireSameStack("/labs/lab-two", undefined, "lab-two")).not.toThrow();
    expect(() => requireSameStack("/labs/lab-two", record(1), "lab-two")).toThrow(
      'The lab in /labs/lab-two has the stack "lab", not "lab-two". Use that name, or another folder with TFE_REPAVE_LAB_DIR.',
    );
  });

  it("has a folder for each stack, from which it knows its home", () => {
    expect(["lab", "lab-two"].map((stack) => labFolder("/home/.lab", stack))).toEqual([
      "/home/.lab",
      "/home/.lab/lab-two",
    ]);
    expect(["lab", "lab-two"].map((stack) => labHome(labFolder("/home/.lab", stack), stack))).toEqual([
      "/home/.lab",
      "/home/.lab",
    ]);
  });

  it("takes a record of before there were estates and stacks for one of the usual", async () => {
    await writeFile(
      join(folder.path, "lab.json"),
      JSON.stringify({ ...record(7), estate: undefined, stack: undefined }),
    );
    expect(await readRecord(folder.path)).toEqual(record(7));
  });

  it("brings only the way to the load balancer up to date in a stack file that is there", async () => {
    const facts = {
      dir: folder.path,
      stack: "lab",
      estate: "default",
      caFile: "/ca.pem",
      sshConfigFile: "/ssh_config",
    } as const;
    await prepareStack({ ...facts, loadBalancerPort: 1111 });
    const file = join(folder.path, "Pulumi.lab.yaml");
    const edited = `${await readFile(file, "utf8")}  tfe:proxyUrl: http://proxy.example # ours\n`;
    await writeFile(file, edited);
    await prepareStack({ ...facts, loadBalancerPort: 2222 });
    expect(await readFile(file, "utf8")).toBe(edited.replace("localhost:1111", "localhost:2222"));
  });
});
