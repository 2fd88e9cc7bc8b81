import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { startSsh, type SshServers } from "../../../lab/ssh/servers";
import { keepAdvancing, labClock } from "../../../lab/clock";
import { estate, type LabEstate } from "../estate";
import { temporaryFolder } from "../temporary";

const run = promisify(execFile);

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("SSH to the lab's nodes", () => {
  let folder: { path: string; remove(): Promise<void> };
  let built: LabEstate;
  let ssh: SshServers;
  let endAdvancing: () => void;

  beforeEach(async () => {
    folder = await temporaryFolder();
    built = estate();
    const { region } = built;
    built.untilHealthy();
    const clock = labClock({ speed: 100, labOrigin: region.state.now });
    const advance = (): void => region.advance(clock.now());
    ssh = await startSsh(region, folder.path, advance);
    await ssh.reconcile();
    endAdvancing = keepAdvancing(clock, () => {
      advance();
      return region.nextDue();
    });
  });
  afterEach(async () => {
    endAdvancing();
    await ssh.close();
    await folder.remove();
  });

  const on = async (host: string, command: string): Promise<Result> => {
    try {
      const known = `${folder.path}/known_hosts`;
      const keys = built.region.state.instances.map(({ id, hostKey }) => `${id} ${hostKey ?? ""}\n`);
      await writeFile(known, keys.join(""));
      const options = ["-F", ssh.configFile, "-o", `UserKnownHostsFile=${known}`];
      const { stdout, stderr } = await run("ssh", [...options, host, "--", command]);
      return { code: 0, stdout, stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as Result;
      return { code, stdout, stderr };
    }
  };

  it("runs a command on the node that has the address", async () => {
    const { privateIp } = built.only();
    const result = await on(privateIp, "/usr/local/bin/replicatedctl app status --output json");
    expect(result.stderr).toBe("");
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('"started"');
  });

  it("carries the exit status and standard error", async () => {
    const result = await on(built.only().privateIp, "no-such-command");
    expect(result).toMatchObject({ code: 127, stdout: "" });
    expect(result.stderr).toContain("not found");
  });

  it("lets nobody in with another key", async () => {
    const stranger = `${folder.path}/stranger`;
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", stranger]);
    const config = await readFile(ssh.configFile, "utf8");
    const file = `${folder.path}/other_config`;
    await writeFile(file, config.replace(/IdentityFile .*/, `IdentityFile ${stranger}`));
    await expect(
      run("ssh", ["-F", file, "-o", "StrictHostKeyChecking=no", built.only().privateIp, "--", "true"]),
    ).rejects.toMatchObject({
      code: 255,
      stderr: expect.stringContaining("Permission denied (publickey)") as string,
    });
  });

  it("knows no host's key, which the node prints to its console and keeps when the lab is started again", async () => {
    const { privateIp, hostKey } = built.only();
    expect(hostKey).toMatch(/^ssh-ed25519 [A-Za-z0-9+/]+$/);
    await expect(run("ssh", ["-F", ssh.configFile, privateIp, "--", "true"])).rejects.toMatchObject({
      code: 255,
      stderr: expect.stringContaining("No ED25519 host key is known") as string,
    });
    await ssh.close();
    ssh = await startSsh(built.region, folder.path, () => undefined);
    await ssh.reconcile();
    expect(built.only().hostKey).toBe(hostKey);
  });

  it("refuses an address that no machine has, at once", async () => {
    const result = await on("10.9.9.9", "true");
    expect(result.code).toBe(255);
    expect(result.stderr).toContain("127.0.0.1");
  });

  it("takes a machine that has gone out of the configuration", async () => {
    const { privateIp, id } = built.only();
    built.region.terminateInstances([id]);
    await ssh.reconcile();
    expect(await readFile(ssh.configFile, "utf8")).not.toContain(privateIp);
    expect((await on(privateIp, "true")).code).toBe(255);
  });
});
